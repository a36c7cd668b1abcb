/** The management canister `aaaaa-aa` (IC interface specification, "The IC management canister"). */
import { IDL } from '@dfinity/candid';
import { isController } from '../charge.ts';
import { respond } from '../contexts.ts';
import { EMPTY_REPLY, startRunning, stop } from '../lifecycle.ts';
import type { Canister } from '../canister.ts';
import type { Call, Message } from '../message.ts';
import { endStep, type Execution } from '../outcome.ts';
import { equalBytes, type Address } from '../principal.ts';
import type { Answer } from '../rejects.ts';
import type { Subnet } from '../subnet.ts';
import { createCanister, provisionalCreate } from './create.ts';
import { installCode } from './install.ts';
import { beginOutcall } from './outcalls.ts';
import { HTTP_REQUEST, type HttpRequestArgs } from './outcalls-request.ts';
import {
    badPayload,
    canistersOnly,
    type ManagementReject,
    noSuchCanister,
    noSuchMethod,
    notController
} from './reject.ts';
import { encodeStatus } from './status.ts';
import * as types from './types.ts';

/** What a method did: its reply (undefined: the answer comes later) and how many of the attached cycles it kept. */
interface Done {
    readonly answer: Answer | undefined;
    readonly kept: bigint;
    readonly steps: number;
}

interface Method {
    readonly canistersOnly: boolean;
    readonly run: (subnet: Subnet, message: Message, call: Call) => Done;
}

const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
    [
        'provisional_create_canister_with_cycles',
        anyone((subnet, message, call) => {
            const args = decode<types.ProvisionalCreateArgs>(types.PROVISIONAL_CREATE, call.arg);
            return created(provisionalCreate(subnet, message, call.sender, args), 0n);
        })
    ],
    [
        'provisional_top_up_canister',
        anyone((subnet, _message, call) => {
            const args = decode<types.TopUpArgs>(types.TOP_UP, call.arg);
            subnet.addCycles(target(subnet, args), args.amount);
            return done(0n);
        })
    ],
    [
        'create_canister',
        fromCanisters((subnet, message, call) => {
            const args = decode<types.CreateArgs>(types.CREATE_CANISTER, call.arg);
            return created(createCanister(subnet, message, call.sender, args, call.cycles), call.cycles);
        })
    ],
    [
        'deposit_cycles',
        fromCanisters((subnet, _message, call) => {
            subnet.addCycles(target(subnet, decode<types.CanisterArgs>(types.CANISTER_ID, call.arg)), call.cycles);
            return done(call.cycles);
        })
    ],
    ['raw_rand', fromCanisters((subnet, message) => replied(encode(types.BLOB, subnet.random(message.path))))],
    [
        'install_code',
        anyone((subnet, message, call) => {
            const args = decode<types.InstallArgs>(types.INSTALL_CODE, call.arg);
            const steps = installCode(subnet, message, call.sender, controlled(subnet, call, args), args);
            return { answer: EMPTY_REPLY, kept: 0n, steps };
        })
    ],
    [
        'http_request',
        fromCanisters((subnet, message, call) => {
            const kept = beginOutcall(subnet, message, call, decode<HttpRequestArgs>(HTTP_REQUEST, call.arg));
            return { answer: undefined, kept, steps: 0 };
        })
    ],
    [
        'start_canister',
        anyone((subnet, _message, call) => {
            const canister = controlled(subnet, call, decode<types.CanisterArgs>(types.CANISTER_ID, call.arg));
            startRunning(subnet, canister, respond);
            return done(0n);
        })
    ],
    [
        'stop_canister',
        anyone((subnet, message, call) => {
            const canister = controlled(subnet, call, decode<types.CanisterArgs>(types.CANISTER_ID, call.arg));
            stop(subnet, canister, message, respond);
            return { answer: undefined, kept: 0n, steps: 0 };
        })
    ],
    [
        'canister_status',
        anyone((subnet, _message, call) => {
            const canister = target(subnet, decode<types.CanisterArgs>(types.CANISTER_ID, call.arg));
            if (!isController(canister, call.sender) && !equalBytes(canister.address.bytes, call.sender)) {
                throw notController(canister, call.sender);
            }
            return replied(encodeStatus(subnet, canister));
        })
    ]
]);

/** Methods of the IC that this replica does not have: callers are told so by name. */
const MISSING = new Set([
    'update_settings',
    'upload_chunk',
    'clear_chunk_store',
    'stored_chunks',
    'install_chunked_code',
    'uninstall_code',
    'delete_canister',
    'canister_metrics',
    'canister_info',
    'canister_metadata',
    'ecdsa_public_key',
    'sign_with_ecdsa',
    'schnorr_public_key',
    'sign_with_schnorr',
    'vetkd_public_key',
    'vetkd_derive_key',
    'node_metrics_history',
    'subnet_info',
    'take_canister_snapshot',
    'load_canister_snapshot',
    'list_canister_snapshots',
    'delete_canister_snapshot',
    'read_canister_snapshot_metadata',
    'read_canister_snapshot_data',
    'upload_canister_snapshot_metadata',
    'upload_canister_snapshot_data',
    'fetch_canister_logs',
    'list_canisters',
    'bitcoin_get_balance',
    'bitcoin_get_utxos',
    'bitcoin_send_transaction',
    'bitcoin_get_current_fee_percentiles',
    'bitcoin_get_block_headers'
]);

/** Runs a call to the management canister. Atomic: a reject leaves nothing behind. */
export function executeManagement(subnet: Subnet, message: Message, call: Call): Execution {
    const savepoint = subnet.journal.savepoint();
    try {
        const { answer, kept, steps } = dispatch(subnet, message, call);
        if (answer !== undefined) {
            respond(subnet, message, answer, call.cycles - kept);
        }
        return endStep(subnet, message, 'committed', undefined, 'none', steps);
    } catch (error) {
        if ((error as { code?: unknown }).code !== 'replica/management-reject') {
            throw error;
        }
        const { answer } = error as ManagementReject;
        subnet.journal.undoTo(savepoint);
        respond(subnet, message, answer, call.cycles);
        return endStep(subnet, message, 'refused', answer.reject, 'none', 0);
    }
}

function dispatch(subnet: Subnet, message: Message, call: Call): Done {
    const method = METHODS.get(call.method);
    if (method === undefined) {
        throw noSuchMethod(call.method, MISSING.has(call.method));
    }
    if (method.canistersOnly && message.kind === 'ingress') {
        throw canistersOnly(call.method);
    }
    return method.run(subnet, message, call);
}

function anyone(run: Method['run']): Method {
    return { canistersOnly: false, run };
}

function fromCanisters(run: Method['run']): Method {
    return { canistersOnly: true, run };
}

function done(kept: bigint): Done {
    return { answer: EMPTY_REPLY, kept, steps: 0 };
}

function replied(reply: Uint8Array): Done {
    return { answer: { kind: 'reply', reply }, kept: 0n, steps: 0 };
}

function created(address: Address, kept: bigint): Done {
    const reply = encode(types.CANISTER_ID, { canister_id: types.principalOf(address.bytes) });
    return { answer: { kind: 'reply', reply }, kept, steps: 0 };
}

function target(subnet: Subnet, args: types.CanisterArgs): Canister {
    const { canister, text } = subnet.addresses.of(args.canister_id.toUint8Array());
    if (canister === undefined) {
        throw noSuchCanister(text);
    }
    return canister;
}

function controlled(subnet: Subnet, call: Call, args: types.CanisterArgs): Canister {
    const canister = target(subnet, args);
    if (!isController(canister, call.sender)) {
        throw notController(canister, call.sender);
    }
    return canister;
}

function decode<Args>(type: IDL.Type, arg: Uint8Array): Args {
    try {
        return IDL.decode([type], arg)[0] as unknown as Args;
    } catch (error) {
        throw badPayload(String((error as Error).message));
    }
}

function encode(type: IDL.Type, value: unknown): Uint8Array {
    return new Uint8Array(IDL.encode([type], [value]));
}
