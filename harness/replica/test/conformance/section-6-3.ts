/** Rows of 6.3: what management rejects say. */
import { Principal } from '@dfinity/principal';
import * as types from '../../management/types.ts';
import { MANAGEMENT, type CallResult } from '../../index.ts';
import { asUser } from '../ic.ts';
import { BOB, installArgs, Lab, rejection, text } from '../lab.ts';
import { forward, PROXY, target } from '../proxy.ts';
import { canister, COUNTER } from '../wat.ts';
import { section, tested, type Row } from './row.ts';
import { one } from './written.ts';

const TEXTS = 'replica, canister_manager/types.rs';
const DOCS = 'See documentation: http://internetcomputer.org/docs/current/references/execution-errors#';

/** A row about the whole text of a reject. */
function told(rule: string, errorCode: string, act: () => { result: CallResult; message: string }): Row {
    return {
        rule,
        source: TEXTS,
        by: {
            wat: (expect) => {
                const { result, message } = act();
                expect(rejection(result)).toMatchObject({ errorCode, message });
            }
        }
    };
}

export const SECTION_6_3 = section('6.3', 'Texts of management rejects', 'section-6-3.ts', [
    told('Only controllers may manage, and are named (IC0512)', 'IC0512', () => {
        const { lab, id } = one(COUNTER);
        const { settings } = lab.status(id) as { settings: { controllers: Principal[] } };
        const sender = Principal.fromUint8Array(BOB).toText();
        return {
            result: asUser(lab, 'stop_canister', id, {}, BOB),
            message:
                `Only the controllers of the canister ${text(id)} can control it.\n` +
                `Canister's controllers: ${settings.controllers.map(String).join(' ')}\nSender's ID: ${sender}\n` +
                'Execute this call from a controller of the target canister or add the current caller as a ' +
                `controller. ${DOCS}invalid-controller`
        };
    }),
    told('A missing canister (IC0301)', 'IC0301', () => {
        const lab = new Lab();
        const id = new Uint8Array([0, 0, 0, 0, 0, 0, 0, 99, 1, 1]);
        return {
            result: asUser(lab, 'stop_canister', id),
            message:
                `Canister ${text(id)} not found.\nCheck the ICP dashboard to ensure the canister exists. ` +
                `${DOCS}canister-not-found`
        };
    }),
    told('Installing over code (IC0514)', 'IC0514', () => {
        const { lab, id } = one(COUNTER);
        return {
            result: lab.tryManage('install_code', types.INSTALL_CODE, installArgs(id, canister(COUNTER))),
            message:
                `Canister ${text(id)} cannot be installed because the canister is not empty. Try installing with ` +
                "mode='reinstall' instead.\nCheck that you want to overwrite the canister and, if so, use " +
                `mode='reinstall'. ${DOCS}canister-not-empty`
        };
    }),
    told('Deleting what runs (IC0510)', 'IC0510', () => {
        const { lab, id } = one(COUNTER);
        return {
            result: asUser(lab, 'delete_canister', id),
            message:
                `Canister ${text(id)} must be stopped before it is deleted.\nStop the canister before deleting it. ` +
                `${DOCS}delete-canister-not-stopped`
        };
    }),
    {
        rule: 'Canisters are told the text alone, users the error code too',
        source: 'replica, execution_environment.rs (output_subnet_response)',
        by: {
            wat: (expect) => {
                const { lab, id } = one(PROXY);
                const missing = target(new Uint8Array([0, 0, 0, 0, 0, 0, 0, 99, 1, 1]));
                const result = lab.call(id, 'go', forward('stop_canister', types.CANISTER_ID, missing));
                expect(rejection(result).message).toMatch(/^Canister \S+ not found\.\nCheck the ICP dashboard/);
            }
        }
    },
    {
        rule: 'A canister that deletes itself (IC0512)',
        source: TEXTS,
        by: {
            wat: (expect) => {
                const { lab, id } = one(PROXY);
                const self = Principal.fromUint8Array(id);
                lab.settings(id, { controllers: [[self]] });
                const result = lab.call(id, 'go', forward('delete_canister', types.CANISTER_ID, target(id)));
                expect(rejection(result).message).toMatch(/^Canister \S+ cannot delete itself\.\n/);
            }
        }
    },
    {
        rule: 'Too few cycles for a new canister (IC0403)',
        source: TEXTS,
        by: {
            wat: (expect) => {
                const { lab, id } = one(PROXY, { fees: 'standard' });
                const args = { settings: [], sender_canister_version: [] };
                const result = lab.call(id, 'go', forward('create_canister', types.CREATE_CANISTER, args));
                expect(rejection(result).message).toContain(
                    'Creating a canister requires a fee of 500000000000 that is deducted from the ' +
                        "canister's initial balance but only 0 cycles were received with the create_canister " +
                        'request.\nTry sending more cycles'
                );
            }
        }
    },
    {
        rule: 'Arguments that are not Candid (IC0408), and methods that do not exist (IC0536)',
        source: TEXTS,
        by: {
            wat: (expect) => {
                const { lab } = one(COUNTER);
                const call = (method: string): CallResult => {
                    const arg = new Uint8Array(3);
                    const message = lab.replica.submit({ sender: BOB, canisterId: MANAGEMENT, method, arg });
                    lab.replica.settle();
                    return lab.resultOf(message);
                };
                expect(call('stop_canister')).toMatchObject({
                    errorCode: 'IC0408',
                    message: expect.stringMatching(/^Error decoding candid: /)
                });
                expect(call('launch_rocket')).toMatchObject({
                    errorCode: 'IC0536',
                    message: expect.stringContaining("Management canister has no method 'launch_rocket'")
                });
            }
        }
    },
    {
        rule: 'Chunks: what is wrong, after `Error from Wasm chunk store:` (IC0504)',
        source: TEXTS,
        by: {
            wat: (expect) => {
                const { lab, id } = one(COUNTER);
                const result = asUser(lab, 'upload_chunk', id, { chunk: new Uint8Array((1 << 20) + 1) });
                expect(rejection(result)).toMatchObject({
                    errorCode: 'IC0504',
                    message: expect.stringMatching(/^Error from Wasm chunk store: .*\.\nUse the `stored_chunks` API/)
                });
            }
        }
    },
    {
        rule: 'Settings out of their range say which and how',
        source: TEXTS,
        by: { wat: tested('settings', '%s: what is out of range is refused (%#)') }
    },
    {
        rule: 'Snapshots that do not exist, or are too many',
        source: TEXTS,
        by: { wat: tested('snapshots', 'are at most ten; one can replace another, and be deleted') }
    },
    {
        rule: 'A trap in an installation is told as that of any execution',
        source: TEXTS,
        by: {
            wat: (expect) => {
                const lab = new Lab();
                const id = lab.create();
                const module = canister('(func (export "canister_init") unreachable)');
                const result = lab.tryManage('install_code', types.INSTALL_CODE, installArgs(id, module));
                expect(rejection(result)).toMatchObject({
                    errorCode: 'IC0502',
                    message: expect.stringContaining(`Error from Canister ${text(id)}: Canister trapped: unreachable.`)
                });
            }
        }
    }
]);
