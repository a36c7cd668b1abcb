/** What a method of the management canister is, and how most of them are made: one Candid record about one canister. */
import { IDL } from '@dfinity/candid';
import type { Canister } from '../canister.ts';
import type { ChangeOrigin } from '../history.ts';
import type { Home } from '../home.ts';
import { EMPTY_REPLY } from '../lifecycle.ts';
import type { Message } from '../message.ts';
import type { Principal } from '@dfinity/principal';
import type { Answer } from '../rejects.ts';
import type { Subnet } from '../subnet.ts';
import type { Access } from './access.ts';
import { decodeCandid } from './candid-decode.ts';
import { badPayload, noSuchCanister, wrongSenderVersion } from './reject.ts';
import type { Opt } from './types.ts';

/** A call of the management canister as its methods see it. */
export interface Request {
    readonly subnet: Subnet;
    readonly method: string;
    readonly sender: Uint8Array;
    readonly arg: Uint8Array;
    /** Attached; what a method keeps of them stands in `Done`. */
    readonly cycles: bigint;
    /** Undefined in a non-replicated query. */
    readonly message: Message | undefined;
    /** `ic0.canister_version` of a calling canister when it made the call. */
    readonly senderVersion: bigint | undefined;
    /** In a composite query, or where a subnet was called by its id: on whose state it is executed, and no other. */
    readonly within?: Home | undefined;
}

/** What a method did: its reply (undefined: the answer comes later) and how many of the attached cycles it kept. */
export interface Done {
    readonly answer: Answer | undefined;
    readonly kept: bigint;
    /** Steps that the canister took, e.g. in its init. */
    readonly steps: number;
}

/**
 * Who may call a method at all. `canisters` (and admins, where they exist) are for methods that nobody would pay for if
 * users called them, `queries` for those that are not available in replicated execution.
 */
export type Callers = 'everyone' | 'canisters' | 'canisters-and-admins' | 'queries' | 'everyone-and-queries';

/** A decoded call, ready to run. */
export interface Prepared {
    /** The canister that it is about, which pays for an ingress message. */
    readonly canister: Canister | undefined;
    /** Whether the sender may do this. */
    readonly allowed: boolean;
    /** Throws `ManagementReject`; whatever it did is then undone. */
    run(): Done;
}

export interface Method {
    readonly name: string;
    readonly callers: Callers;
    /** Changes nothing. Throws `ManagementReject` for a broken argument or a canister that does not exist. */
    readonly prepare: (request: Request) => Prepared;
}

/** Some argument records have the field, some have not. */
interface VersionedArgs {
    sender_canister_version?: Opt<bigint>;
}

/** A method about `args.canister_id` or, in install_chunked_code, `args.target_canister`. */
export function about<Args extends { canister_id: Principal } | { target_canister: Principal }>(
    name: string,
    callers: Callers,
    type: IDL.Type,
    access: Access,
    run: (request: Request, canister: Canister, args: Args) => Done
): Method {
    return {
        name,
        callers,
        prepare: (request) => {
            const args = decode<Args>(type, request.arg);
            const canister = find(request, 'canister_id' in args ? args.canister_id : args.target_canister);
            return {
                canister,
                allowed: access.allows(request.subnet, canister, request.sender),
                run: () => {
                    if (!access.allows(request.subnet, canister, request.sender)) {
                        throw access.refusal(canister, request.sender);
                    }
                    checkSenderVersion(request, args as VersionedArgs);
                    return run(request, canister, args);
                }
            };
        }
    };
}

/** A method that is about no canister in particular. */
export function general<Args>(
    name: string,
    callers: Callers,
    type: IDL.Type | undefined,
    run: (request: Request, args: Args) => Done
): Method {
    return {
        name,
        callers,
        prepare: (request) => {
            const args = type === undefined ? (undefined as Args) : decode<Args>(type, request.arg);
            return {
                canister: undefined,
                allowed: true,
                run: () => {
                    checkSenderVersion(request, args ?? {});
                    return run(request, args);
                }
            };
        }
    };
}

/** Replies `()`. */
export function done(kept = 0n, steps = 0): Done {
    return { answer: EMPTY_REPLY, kept, steps };
}

export function replied(type: IDL.Type, value: unknown, kept = 0n): Done {
    const reply = new Uint8Array(IDL.encode([type], [value]));
    return { answer: { kind: 'reply', reply }, kept, steps: 0 };
}

/** Throws `ManagementReject` when there is no such canister. */
function find({ subnet, within }: Request, id: Principal): Canister {
    const { canister, text } = subnet.addresses.find(id.toUint8Array());
    if (canister === undefined || (within !== undefined && canister.home !== within)) {
        throw noSuchCanister(text);
    }
    return canister;
}

/** Who a change of a canister is put down to in its history. */
export function originOf({ message, sender }: Pick<Request, 'message' | 'sender'>, args: VersionedArgs): ChangeOrigin {
    return message?.kind === 'ingress' || message?.kind === 'control'
        ? { user: sender }
        : { canister: sender, version: args.sender_canister_version?.[0] };
}

/**
 * A canister that names its version must name the one that it had when it made the call (IC interface specification,
 * "Canister history"). Users may send anything.
 */
function checkSenderVersion({ message, senderVersion }: Request, args: VersionedArgs): void {
    const [given] = args.sender_canister_version ?? [];
    if (given !== undefined && message?.kind === 'request' && senderVersion !== undefined && given !== senderVersion) {
        throw wrongSenderVersion(given, senderVersion);
    }
}

function decode<Args>(type: IDL.Type, arg: Uint8Array): Args {
    let decoded: ReturnType<typeof decodeCandid>;
    try {
        decoded = decodeCandid(type, arg);
    } catch (error) {
        throw badPayload(String((error as Error).message));
    }
    if (decoded.kind === 'over the quota') {
        throw badPayload(`over the decoding quota: ${decoded.problem}`);
    }
    return decoded.value as Args;
}
