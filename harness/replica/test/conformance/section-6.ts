/** Rows of 6.1 and 6.2: settings and methods of the management canister. */
import { asUser } from '../ic.ts';
import { rejection } from '../lab.ts';
import { forward, PROXY } from '../proxy.ts';
import { COUNTER } from '../wat.ts';
import { inBoth } from './languages.ts';
import { section, tested, testedIn, type Row } from './row.ts';
import { one } from './written.ts';

const METHODS = 'specification, The IC management canister';
const TEXTS = 'replica, canister_manager/types.rs';

export const SECTION_6_1 = section('6.1', 'Settings, history, versions', 'section-6.ts', [
    {
        rule: 'Every setting can be set and read back, has its range, and stays when another one changes',
        source: 'specification, canister_settings',
        by: {
            wat: tested(
                'settings',
                'every field can be set, is read back, and stays when another one changes',
                '%s: what is out of range is refused (%#)'
            )
        }
    },
    {
        rule:
            'Defaults: the creator controls; 30 days of freezing threshold; 5 trillion reserved; everything ' +
            'for controllers',
        source: 'specification, canister_settings',
        by: {
            wat: (expect) => {
                const { lab, id } = one(COUNTER);
                expect(lab.status(id)['settings']).toMatchObject({
                    compute_allocation: 0n,
                    memory_allocation: 0n,
                    freezing_threshold: 2_592_000n,
                    reserved_cycles_limit: 5_000_000_000_000n,
                    log_visibility: { controllers: null },
                    environment_variables: []
                });
            }
        }
    },
    {
        rule: 'Compute that is promised to others cannot be allocated (IC0101)',
        source: TEXTS,
        by: { wat: tested('settings', 'compute that is promised to others is refused') }
    },
    {
        rule: 'A canister that names its version must name the one it had at the call',
        source: 'specification, Canister history',
        by: { wat: tested('management-methods', 'of a canister must be its version at the call') }
    },
    {
        rule: 'History tells every change with version, time, origin and details; the last twenty are kept',
        source: 'specification, Canister history',
        by: {
            wat: tested(
                'management-methods',
                'tells every change with version, time, origin and details',
                'keeps twenty changes and counts all'
            )
        }
    },
    {
        rule: 'log_memory_limit, which newer replicas have, is ignored',
        source: 'replica (not in the specification)',
        supported: 'not modelled',
        differs: 'Logs have 4 KiB; Candid drops the field.',
        by: {}
    }
]);

/** A method that other tests show. */
function method(name: string, what: string, ...by: readonly (readonly { file: string; title: string }[])[]): Row {
    return { rule: `${name}: ${what}`, source: METHODS, by: { wat: by.flat() } };
}

function missing(names: readonly string[], differs: string): Row {
    return {
        rule: `${names.join(', ')}`,
        source: METHODS,
        supported: 'refused',
        differs,
        by: {
            wat: (expect) => {
                for (const name of names) {
                    const { lab, id } = one(PROXY);
                    const { message } = rejection(lab.call(id, 'go', forward(name)));
                    expect(message).toContain(name);
                    expect(message).toMatch(/not (implemented|supported|available)|it exists on the Internet Computer/);
                }
            }
        }
    };
}

export const SECTION_6_2 = section('6.2', 'Methods', 'section-6.ts', [
    method(
        'create_canister',
        'pays its fee, for canisters and subnet admins',
        tested(
            'management',
            'create_canister pays the fee out of the attached cycles'
        )
    ),
    method(
        'update_settings',
        'changes what is given',
        tested(
            'settings',
            'every field can be set, is read back, and stays when another one changes'
        )
    ),
    method('install_code', 'installs, reinstalls, upgrades', tested('lifecycle', '%s')),
    method(
        'upload_chunk, stored_chunks, clear_chunk_store, install_chunked_code',
        'put a module together',
        tested(
            'management-methods',
            'are put together, from the store of another canister too',
            'refuse %s',
            'are limited in size and number, and cleared'
        )
    ),
    method('uninstall_code', 'empties a canister', tested('lifecycle', 'calls that come later find it empty')),
    method(
        'start_canister, stop_canister',
        'see 3.8',
        tested(
            'stopping',
            'without open contexts is immediate, and is undone by rollback'
        )
    ),
    method('delete_canister', 'see 3.5', tested('lifecycle', 'leaves nothing, and the id is never given out again')),
    method(
        'canister_status',
        'for controllers, the canister itself, and whom the setting names; also as a query',
        tested(
            'settings',
            'status is for controllers, the canister itself, and whom the setting lets see it'
        )
    ),
    method(
        'canister_metrics',
        'what was consumed, by kind',
        tested(
            'management-methods',
            'queries: status, metrics and logs, nothing else; logs in queries only'
        )
    ),
    method(
        'canister_info',
        'of any canister, for canisters',
        tested(
            'management-methods',
            'tells every change with version, time, origin and details'
        )
    ),
    method(
        'canister_metadata',
        'private sections for controllers',
        tested(
            'management-methods',
            'shows public metadata to all, private to controllers'
        )
    ),
    method(
        'deposit_cycles',
        'gives what is attached',
        tested(
            'management',
            'deposit_cycles gives all attached cycles to the target'
        )
    ),
    {
        rule: 'raw_rand: 32 bytes that cannot be known before',
        source: METHODS,
        supported: 'partly',
        differs: 'They follow from the seed and the causal path of the call, so that a schedule can be repeated.',
        by: { wat: tested('management', 'raw_rand depends on seed and causal path only') }
    },
    {
        rule: 'http_request: asks, transforms, pays, and answers',
        source: METHODS,
        supported: 'partly',
        differs:
            'A scenario declares the answers, or a program gives them by hand; there is no consensus of many ' +
            'replicas.',
        by: {
            wat: tested(
                'outcalls',
                'asks with everything that the canister gave, and passes the response on',
                'is a query of the calling canister, by aaaaa-aa, on committed state, and leaves no trace'
            )
        }
    },
    {
        rule: 'ecdsa_public_key, sign_with_ecdsa, schnorr_public_key, sign_with_schnorr: signatures verify',
        source: METHODS,
        supported: 'partly',
        differs: 'Real signatures with keys made of the seed: derived as specified, but no threshold protocol.',
        by: {
            wat: tested(
                'signing',
                'ECDSA over secp256k1 with %s',
                'Schnorr, BIP340',
                'Ed25519',
                'on secp256k1 derive as BIP32 does (its test vector 2, m to m/0)'
            )
        }
    },
    {
        rule: 'vetkd_public_key, vetkd_derive_key: keys that are encrypted for whoever asks, and verify',
        source: METHODS,
        supported: 'partly',
        differs: 'Real keys of PocketIC’s master keys, which are public, but no threshold protocol.',
        by: {
            wat: tested(
                'vetkd',
                'is decrypted by the transport key alone, and verifies with the public key of canister and context',
                'depends on input, context, name and canister',
                'follows from the master key that PocketIC has for %s'
            )
        }
    },
    {
        rule: 'Threshold keys are on the subnets that hold them, and others ask there',
        source: 'replica, routing',
        by: {
            wat: tested(
                'subnets',
                'is asked for threshold keys where they are held, by streams, for the fee of that subnet',
                'has no threshold keys where no subnet holds any'
            )
        }
    },
    missing(
        ['bitcoin_get_balance', 'bitcoin_get_utxos', 'bitcoin_send_transaction'],
        'There is no Bitcoin canister; the reject says so.'
    ),
    method(
        'take_canister_snapshot, load_canister_snapshot, list, delete',
        'bring code and state back',
        tested(
            'snapshots',
            'bring heap, globals, stable memory, certified data, chunks and code back, and leave the timer',
            'are at most ten; one can replace another, and be deleted'
        )
    ),
    method(
        'read_ and upload_canister_snapshot_metadata and _data',
        'carry a snapshot elsewhere',
        tested(
            'snapshots',
            'are the same when read out and uploaded elsewhere',
            'refuse to be read %s'
        )
    ),
    method(
        'fetch_canister_logs',
        'in queries only, for whom the setting names',
        tested(
            'logs',
            'are for controllers, viewers, or all'
        )
    ),
    method(
        'list_canisters',
        'for subnet admins',
        tested(
            'management-methods',
            'subnet admins stop, start, delete and list canisters, and create them for nothing'
        )
    ),
    method(
        'provisional_create_canister_with_cycles, provisional_top_up_canister',
        'for development',
        tested(
            'management',
            'specified_id and top up',
            'specified_id must be one that a subnet could give out'
        )
    ),
    {
        rule:
            'subnet_info, node_metrics_history: what the subnet is, and which nodes made its blocks on days that are ' +
            'over',
        source: METHODS,
        supported: 'partly',
        differs:
            'Of subnets of this replica. Nodes have names on the PocketIC server only, where a tick says who makes a ' +
            'block.',
        by: {
            wat: tested('management-methods', '%s is not for users, at acceptance and at execution'),
            agent: testedIn(
                'serve/pocketic/test/options',
                'are in the metrics of a day that is over (node_metrics_history), in both forms that clients send'
            )
        }
    },
    {
        rule: 'A call is executed on the subnet of the canister that it is about, others on the subnet of the caller',
        source: 'replica, routing',
        by: {
            wat: tested(
                'subnets',
                'of a subnet is called by the id of the subnet, and knows that subnet only (ic0.subnet_self)',
                'has 2 MiB of a request from another subnet',
                'creates canisters on the subnet of the caller, with ids of its range',
                'answers for a canister where the canister is: a round later on the own subnet, by streams elsewhere'
            )
        }
    },
    {
        rule: 'What users may not call is not accepted from them',
        source: METHODS,
        by: { wat: tested('management', '%s is not for users') }
    },
    {
        rule: 'Users reach it through agents, with the effective canister id of the argument',
        source: METHODS,
        by: { agent: testedIn('serve/test/calls', 'of management calls are those of their argument') }
    },
    {
        rule: 'Stopping, settings and uninstalling work on compiled canisters as on any other',
        source: METHODS,
        by: inBoth((pair, expect) => {
            const { lab, a } = pair;
            expect(asUser(lab, 'stop_canister', a).kind).toBe('reply');
            expect(lab.status(a)['status']).toEqual({ stopped: null });
            expect(asUser(lab, 'start_canister', a).kind).toBe('reply');
            expect(lab.settings(a, { freezing_threshold: [5n] }).kind).toBe('reply');
            expect(lab.status(a)['settings']).toMatchObject({ freezing_threshold: 5n });
        })
    }
]);
