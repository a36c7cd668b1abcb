/** A replica with canisters in it, and short words for what tests do. */
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { MANAGEMENT, Replica } from '../index.ts';
import type { CallResult, Execution, Message, ReplicaOptions } from '../index.ts';
import * as types from '../management/types.ts';
import { canister } from './wat.ts';

export const ALICE = new Uint8Array([1, 1, 1, 2]);
export const BOB = new Uint8Array([2, 2, 2, 2]);
const NONE = new Uint8Array(0);

export type Mode = types.InstallArgs['mode'];

export class Lab {
    readonly replica: Replica;

    constructor(options: ReplicaOptions = {}) {
        this.replica = new Replica({ fees: 'free', ...options });
    }

    /** A new canister controlled by Alice. */
    create(cycles?: bigint, settings: object = {}): Uint8Array {
        const all = { ...NO_SETTINGS, ...settings };
        const args = {
            amount: cycles === undefined ? [] : [cycles],
            settings: [all],
            specified_id: [],
            sender_canister_version: []
        };
        const reply = this.manage('provisional_create_canister_with_cycles', types.PROVISIONAL_CREATE, args);
        const [{ canister_id: id }] = IDL.decode([types.CANISTER_ID], reply) as unknown as [{ canister_id: Principal }];
        return id.toUint8Array();
    }

    /** A new canister with this module or WAT body. */
    install(code: Uint8Array | string, arg: Uint8Array = NONE): Uint8Array {
        const id = this.create();
        this.installOn(id, typeof code === 'string' ? canister(code) : code, arg);
        return id;
    }

    installOn(id: Uint8Array, module: Uint8Array, arg: Uint8Array = NONE, mode: Mode = { install: null }): void {
        this.manage('install_code', types.INSTALL_CODE, installArgs(id, module, arg, mode));
    }

    /** Executes a management call of Alice and returns its reply; throws the reject text. */
    manage(method: string, type: IDL.Type, args: unknown): Uint8Array {
        const result = this.tryManage(method, type, args);
        if (result.kind === 'reject') {
            throw new Error(result.message);
        }
        return result.reply;
    }

    tryManage(method: string, type: IDL.Type, args: unknown, sender = ALICE): CallResult {
        const message = this.submitManagement(method, type, args, sender);
        this.replica.execute(message);
        return this.resultOf(message);
    }

    submitManagement(method: string, type: IDL.Type, args: unknown, sender = ALICE): Message {
        const arg = new Uint8Array(IDL.encode([type], [args]));
        return this.replica.submit({ sender, canisterId: MANAGEMENT, method, arg });
    }

    submit(canisterId: Uint8Array, method: string, arg: Uint8Array = NONE, label?: string): Message {
        const call = { sender: ALICE, canisterId, method, arg };
        return this.replica.submit(label === undefined ? call : { ...call, label });
    }

    /** Submits and executes one ingress message. */
    step(canisterId: Uint8Array, method: string, arg: Uint8Array = NONE): Execution {
        return this.replica.execute(this.submit(canisterId, method, arg));
    }

    /** Executes the oldest enabled message. */
    next(): Execution {
        const [message] = this.replica.enabled();
        if (message === undefined) {
            throw new Error('nothing is enabled');
        }
        return this.replica.execute(message);
    }

    /** Submits, executes until nothing is left, and returns the result. */
    call(canisterId: Uint8Array, method: string, arg: Uint8Array = NONE): CallResult {
        const message = this.submit(canisterId, method, arg);
        this.replica.settle();
        return this.resultOf(message);
    }

    resultOf(message: Message): CallResult {
        const result = this.replica.result(message);
        if (result === undefined) {
            throw new Error(`${message.path} is not answered`);
        }
        return result;
    }

    query(canisterId: Uint8Array, method: string, arg: Uint8Array = NONE): CallResult {
        return this.replica.query({ canisterId, method, arg });
    }

    /** The two counters of a prelude canister: heap and global. */
    counters(canisterId: Uint8Array): bigint[] {
        return numbers(this.query(canisterId, 'get'));
    }

    /** update_settings by Alice: only these change. */
    settings(id: Uint8Array, settings: object): CallResult {
        const message = this.submitSettings(id, settings);
        this.replica.execute(message);
        return this.resultOf(message);
    }

    submitSettings(id: Uint8Array, settings: object): Message {
        return this.submitManagement('update_settings', types.UPDATE_SETTINGS, {
            canister_id: Principal.fromUint8Array(id),
            settings: { ...NO_SETTINGS, ...settings },
            sender_canister_version: []
        });
    }

    /** Raises the freezing limit so far that about `liquid` cycles are above it. */
    leave(id: Uint8Array, liquid: bigint): void {
        const { memory_size: size } = this.status(id) as { memory_size: bigint };
        const burnPerSecond = (size * 127_000n) >> 30n;
        const { cycles } = this.replica.canister(id) as { cycles: bigint };
        this.settings(id, { freezing_threshold: [(cycles - liquid) / burnPerSecond] });
    }

    paths(): string[] {
        return this.replica.enabled().map(({ path }) => path);
    }

    /** canister_status as a query, which costs nothing. */
    status(id: Uint8Array): Record<string, unknown> {
        const arg = new Uint8Array(IDL.encode([types.CANISTER_ID], [{ canister_id: Principal.fromUint8Array(id) }]));
        const result = this.replica.query({ sender: ALICE, canisterId: MANAGEMENT, method: 'canister_status', arg });
        const reply = bytes(result);
        return IDL.decode([types.CANISTER_STATUS_RESULT], reply)[0] as unknown as Record<string, unknown>;
    }
}

const NO_SETTINGS = Object.fromEntries(
    [
        'controllers',
        'compute_allocation',
        'memory_allocation',
        'freezing_threshold',
        'reserved_cycles_limit',
        'minimum_incoming_canister_call_cycles',
        'log_visibility',
        'snapshot_visibility',
        'status_visibility',
        'wasm_memory_limit',
        'wasm_memory_threshold',
        'environment_variables'
    ].map((name) => [name, []])
);

export function installArgs(
    id: Uint8Array,
    module: Uint8Array,
    arg: Uint8Array = NONE,
    mode: Mode = { install: null }
): object {
    return { mode, canister_id: Principal.fromUint8Array(id), wasm_module: module, arg, sender_canister_version: [] };
}

export function text(id: Uint8Array): string {
    return Principal.fromUint8Array(id).toText();
}

/** Little-endian 64-bit numbers of a reply. Throws the reject text. */
export function numbers(result: CallResult): bigint[] {
    const view = new DataView(Uint8Array.from(bytes(result)).buffer);
    return Array.from({ length: view.byteLength / 8 }, (_, at) => view.getBigInt64(at * 8, true));
}

export function bytes(result: CallResult): Uint8Array {
    if (result.kind === 'reject') {
        throw new Error(result.message);
    }
    return result.reply;
}

export function rejection(result: CallResult): { code: number; message: string; errorCode?: string } {
    if (result.kind === 'reply') {
        throw new Error('the call was replied to');
    }
    return result;
}
