/** How PocketIC's REST interface writes principals, bytes, numbers, calls and results. */
import { z } from 'zod';
import type { BlockMakers, CallResult } from '../../replica/index.ts';
import { TIMER_MS_MAX } from '../timer.ts';

/** Standard base64 with padding. */
export const BYTES = z.base64().transform((text): Uint8Array => new Uint8Array(Buffer.from(text, 'base64')));
/** Numbers beyond 2^53 come as bigint from the JSON library. */
export const NATURAL = z.union([z.int().min(0), z.bigint().min(0n)]).transform(BigInt);
const TIME_NS_MAX = 2n ** 64n - 1n;
/** RawTime. */
export const TIME = z.looseObject({
    nanos_since_epoch: NATURAL.refine((ns) => ns <= TIME_NS_MAX, `too large: time ends at ${TIME_NS_MAX}`)
});
/** AutoProgressConfig. */
export const PROGRESS = z.looseObject({ artificial_delay_ms: z.int().min(0).max(TIMER_MS_MAX).nullish() });
/** RawNodeId and RawSubnetId. */
const NODE = z.looseObject({ node_id: BYTES });
const SUBNET = z.looseObject({ subnet_id: BYTES });
const BLOCKMAKERS = z.array(
    z
        .looseObject({ subnet: SUBNET, blockmaker: NODE, failed_blockmakers: z.array(NODE) })
        .transform(({ subnet, blockmaker, failed_blockmakers: failed }): BlockMakers => {
            const others = failed.map((node) => node.node_id);
            return { subnetId: subnet.subnet_id, maker: blockmaker.node_id, failed: others };
        })
);
const PER_SUBNET = z.looseObject({ blockmakers_per_subnet: BLOCKMAKERS });
/** RawTickConfigs; older clients put an object around the list. */
export const TICK = z.looseObject({
    blockmakers: z.union([BLOCKMAKERS, PER_SUBNET.transform((one) => one.blockmakers_per_subnet)]).nullish(),
    first_subnet: z.unknown().optional(),
    last_subnet: z.unknown().optional()
});
export const CANISTER = z.looseObject({ canister_id: BYTES });
const EFFECTIVE = z.union([
    z.literal('None').transform(() => undefined),
    z.looseObject({ SubnetId: BYTES }),
    z.looseObject({ CanisterId: BYTES })
]);

/** RawCanisterCall. */
export const CALL = z.looseObject({
    sender: BYTES,
    canister_id: BYTES,
    effective_principal: EFFECTIVE,
    method: z.string(),
    payload: BYTES,
    sender_info: z.looseObject({ info: BYTES, signer: BYTES }).nullish()
});
export type WireCall = z.output<typeof CALL>;

/** RawMessageId; the id is opaque to clients. */
export const MESSAGE_ID = z.looseObject({ effective_principal: EFFECTIVE, message_id: z.string() });

const REJECT_CODES = [
    '', 'SysFatal', 'SysTransient', 'DestinationInvalid', 'CanisterReject', 'CanisterError', 'SysUnknown'
];

/** Names of the IC's error codes (ic-semantics 3.9). */
const ERROR_CODES: Readonly<Record<string, string>> = {
    IC0101: 'SubnetOversubscribed',
    IC0102: 'MaxNumberOfCanistersReached',
    IC0201: 'CanisterQueueFull',
    IC0202: 'IngressMessageTimeout',
    IC0203: 'CanisterQueueNotEmpty',
    IC0204: 'IngressHistoryFull',
    IC0205: 'CanisterIdAlreadyExists',
    IC0206: 'StopCanisterRequestTimeout',
    IC0207: 'CanisterOutOfCycles',
    IC0208: 'CertifiedStateUnavailable',
    IC0209: 'CanisterInstallCodeRateLimited',
    IC0210: 'CanisterHeapDeltaRateLimited',
    IC0301: 'CanisterNotFound',
    IC0305: 'CanisterSnapshotNotFound',
    IC0402: 'InsufficientMemoryAllocation',
    IC0403: 'InsufficientCyclesForCreateCanister',
    IC0404: 'SubnetNotFound',
    IC0405: 'CanisterNotHostedBySubnet',
    IC0406: 'CanisterRejectedMessage',
    IC0407: 'UnknownManagementMessage',
    IC0408: 'InvalidManagementPayload',
    IC0409: 'CanisterSnapshotImmutable',
    IC0502: 'CanisterTrapped',
    IC0503: 'CanisterCalledTrap',
    IC0504: 'CanisterContractViolation',
    IC0505: 'CanisterInvalidWasm',
    IC0506: 'CanisterDidNotReply',
    IC0507: 'CanisterOutOfMemory',
    IC0508: 'CanisterStopped',
    IC0509: 'CanisterStopping',
    IC0510: 'CanisterNotStopped',
    IC0511: 'CanisterStoppingCancelled',
    IC0512: 'CanisterInvalidController',
    IC0513: 'CanisterFunctionNotFound',
    IC0514: 'CanisterNonEmpty',
    IC0517: 'QueryCallGraphLoopDetected',
    IC0520: 'InsufficientCyclesInCall',
    IC0521: 'CanisterWasmEngineError',
    IC0522: 'CanisterInstructionLimitExceeded',
    IC0524: 'CanisterMemoryAccessLimitExceeded',
    IC0525: 'QueryCallGraphTooDeep',
    IC0526: 'QueryCallGraphTotalInstructionLimitExceeded',
    IC0527: 'CompositeQueryCalledInReplicatedMode',
    IC0528: 'QueryTimeLimitExceeded',
    IC0529: 'QueryCallGraphInternal',
    IC0530: 'InsufficientCyclesInComputeAllocation',
    IC0531: 'InsufficientCyclesInMemoryAllocation',
    IC0532: 'InsufficientCyclesInMemoryGrow',
    IC0533: 'ReservedCyclesLimitExceededInMemoryAllocation',
    IC0534: 'ReservedCyclesLimitExceededInMemoryGrow',
    IC0535: 'InsufficientCyclesInMessageMemoryGrow',
    IC0536: 'CanisterMethodNotFound',
    IC0537: 'CanisterWasmModuleNotFound',
    IC0538: 'CanisterAlreadyInstalled',
    IC0539: 'CanisterWasmMemoryLimitExceeded',
    IC0540: 'ReservedCyclesLimitIsTooLow',
    IC0601: 'DeadlineExpired',
    IC0602: 'ResponseDropped'
};

/** Where a reject carries no error code: what production reports for a reject code that has none. */
const ERROR_CODE_DEFAULT = 'CanisterRejectedMessage';

export function base64(bytes: Uint8Array): string {
    return Buffer.from(bytes).toString('base64');
}

/** `Ok` and `Err` as the client reads them. `certified`: the answer of a replicated execution. */
export function resultJson(result: CallResult, certified: boolean): object {
    if (result.kind === 'reply') return { Ok: base64(result.reply) };
    const { code, message, errorCode = '' } = result;
    const error = ERROR_CODES[errorCode] ?? ERROR_CODE_DEFAULT;
    return {
        Err: { reject_code: REJECT_CODES[code], reject_message: message, error_code: error, certified }
    };
}
