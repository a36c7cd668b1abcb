/** Rows of 3.4 and 3.5: when a caller gets its answer, and what uninstalling does to open calls. */
import { encode, inBoth } from './languages.ts';
import { section, tested } from './row.ts';
import * as types from '../../management/types.ts';
import { IDL } from '@dfinity/candid';

const STARVATION = 'specification, Call context starvation';

export const SECTION_3_4 = section('3.4', 'When a caller gets an answer', 'section-3-4.ts', [
    {
        rule: 'An explicit reject arrives in its own words, with CANISTER_REJECT',
        source: 'specification, msg_reject',
        by: {
            wat: tested('callbacks', 'an explicit reject arrives in its own words, with CANISTER_REJECT'),
            ...inBoth((pair, expect) => {
                const result = pair.call('fail', 'no, sorry');
                expect(result).toMatchObject({ code: 4, message: 'no, sorry', errorCode: 'IC0406' });
                expect(pair.get('caughtFail', pair.other, 'no, sorry')).toBe('4 no, sorry');
            })
        }
    },
    {
        rule: 'A canister sees the trap of its callee with the error code in front; a user sees it without',
        source: 'replica, UserError',
        by: {
            wat: tested('callbacks', 'a canister sees traps of its callee with their error code in front'),
            ...inBoth((pair, expect) => {
                const { message } = pair.call('trapBefore') as { message: string };
                expect(message).toMatch(/^Error from Canister /);
                const other = message.replace(pair.self.toText(), pair.other.toText());
                expect(pair.get('caught', pair.other, 'trapBefore')).toBe(`5 IC0503: ${other}`);
            })
        }
    },
    {
        rule:
            'A method that ends without an answer, and waits for nothing, is answered for: IC0506, `No ' +
            'response` to canisters',
        source: STARVATION,
        by: {
            wat: tested(
                'callbacks',
                'when the canister returns without an answer and waits for nothing: did not reply',
                'a canister that gets no answer sees the words "No response"'
            )
        }
    },
    {
        rule: 'A trap is forgotten while another callback may still answer, and told when it was the last',
        source: 'replica, call_context_manager',
        by: {
            wat: tested(
                'callbacks',
                'a trap in one of two callbacks is forgotten when the other one answers',
                'with the trap when the last callback traps'
            )
        }
    },
    {
        rule: 'There is one answer: replying again traps',
        source: 'specification, msg_reply',
        by: { wat: tested('callbacks', 'once: a callback after the answer may not answer again') }
    },
    {
        rule: 'Cycles that were not accepted return with the answer',
        source: 'specification, Cycles',
        by: {
            wat: tested('cycles', 'accepted cycles go to the callee, the rest returns with the response'),
            ...inBoth((pair, expect) => {
                expect(pair.get('pay', pair.other, 1_000n, 300n)).toBe(700n);
                expect(pair.get('pay', pair.other, 1_000n, 3_000n)).toBe(0n);
            })
        }
    },
    {
        rule: 'A callee that traps accepts nothing',
        source: 'specification, Cycles',
        by: {
            wat: tested('cycles', 'a callee that traps accepts nothing'),
            ...inBoth((pair, expect) => {
                const before = pair.ask('balance') as bigint;
                // Motoko tells the refund of replies only.
                expect(pair.get('payTrap', pair.other, 1_000n, 300n)).toBe(pair.form === 'azle' ? 1_000n : 0n);
                expect(pair.ask('balance')).toBe(before);
                pair.call('pay', pair.other, 1_000n, 300n);
                expect(pair.ask('balance')).toBe(before - 300n);
            })
        }
    },
    {
        rule: 'Open calls have the order of their awaits only: what happens meanwhile is seen after it',
        source: 'specification, Message execution',
        by: inBoth((pair, expect) => {
            const { lab, a, b } = pair;
            const waits = lab.submit(a, 'whoAfter', encode([IDL.Principal], pair.other));
            lab.replica.execute(waits);
            lab.step(a, 'add', encode([IDL.Nat], 7));
            expect([pair.ask('get'), pair.ask('get', [], b)]).toEqual([7n, 0n]);
            lab.replica.settle();
            expect([pair.ask('get'), pair.ask('get', [], b)]).toEqual([7n, 1n]);
            expect(lab.resultOf(waits).kind).toBe('reply');
        })
    }
]);

export const SECTION_3_5 = section('3.5', 'Uninstalling, deleting, running out of cycles', 'section-3-4.ts', [
    {
        rule: 'Uninstalling rejects those who wait (CANISTER_REJECT, IC0406), and no callback runs later',
        source: 'specification, Code uninstallation',
        by: {
            wat: tested('lifecycle', 'rejects those who wait, and runs no callback, not even on new code'),
            ...inBoth((pair, expect) => {
                const { lab, a } = pair;
                const waits = lab.submit(a, 'trapAfter', encode([IDL.Principal], pair.other));
                lab.replica.execute(waits);
                const args = { canister_id: pair.self, sender_canister_version: [] };
                lab.manage('uninstall_code', types.UNINSTALL_CODE, args);
                const told = { code: 4, errorCode: 'IC0406', message: 'Canister has been uninstalled.' };
                expect(lab.resultOf(waits)).toMatchObject(told);
                lab.replica.settle();
                expect(pair.ask('get', [], pair.b)).toBe(1n);
            })
        }
    },
    {
        rule: 'Late responses bring their cycles to the canister',
        source: 'specification, Callback invocation (deleted contexts)',
        by: {
            wat: tested(
                'lifecycle',
                'gives the cycles of late responses to the canister, callbacks paid in advance included'
            )
        }
    },
    {
        rule: 'Calls that come later find the canister empty (IC0537)',
        source: 'specification, Code uninstallation',
        by: { wat: tested('lifecycle', 'calls that come later find it empty') }
    },
    {
        rule: 'Deleting needs a stopped canister and empty queues; the id is never given out again',
        source: 'specification, IC method delete_canister',
        by: {
            wat: tested(
                'lifecycle',
                'needs a stopped canister',
                'waits for messages that are on their way',
                'leaves nothing, and the id is never given out again'
            )
        }
    },
    {
        rule: 'A canister that cannot pay for its memory loses code, allocations, history and snapshots',
        source: 'replica, canister out of cycles',
        by: {
            wat: tested(
                'paying-for-time',
                'a canister that cannot pay loses code, allocations, history and snapshots, and callers are told'
            )
        }
    }
]);
