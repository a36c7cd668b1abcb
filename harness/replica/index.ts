/** The public surface of the replica room. */
export type { BlockMakers } from './blocks.ts';
export type { CanisterView, MetadataSection } from './canister-view.ts';
export type { Control, ControlOrder } from './control.ts';
export type { Description } from './describe.ts';
export {
    DuplicateLabelError,
    IllegalFaultError,
    IngressTooLargeError,
    InternalReplicaError,
    NotEnabledError,
    NoOutcallError,
    NotSettledError,
    ReplicaError,
    TimeMovesBackError,
    UnknownMarkError
} from './errors.ts';
export type { ReplicaErrorCode } from './errors.ts';
export type { ExpiredRequest } from './faults.ts';
export type { CallTarget, FullQueue, TrapTime } from './injection.ts';
export { decodeCandid } from './management/candid-decode.ts';
export { candidProblem } from './management/candid-quota.ts';
export { PROVISIONAL_CREATE } from './management/types.ts';
export type { ProvisionalCreateArgs } from './management/types.ts';
export { OUTCALL_TIMEOUT } from './management/outcalls.ts';
export type { OutcallHandler, PendingOutcall } from './management/outcalls.ts';
export type { OutcallAnswer } from './management/outcalls-answer.ts';
export type { HttpHeader, HttpMethod, OutcallRequest } from './management/outcalls-request.ts';
export type { Message, MessageKind } from './message.ts';
export { DEFAULT_LIMITS, INITIAL_TIME_NS, stepLimits, TOOL_LIMITS } from './options.ts';
export type { ReplicaLimits, ReplicaOptions, StepLimits, SubnetOptions, ToolLimits } from './options.ts';
export type { Execution } from './outcome.ts';
export { ANONYMOUS, MANAGEMENT, MANAGEMENT_INDEX, canisterIdAt, principalText } from './principal.ts';
export type { Address } from './principal.ts';
export type { CallResult, Reject, RejectCode } from './rejects.ts';
export { Replica } from './replica.ts';
export type { Mark } from './replica.ts';
export { certificateCurve, selfAuthenticatingId, subnetKeyOf } from './root-key.ts';
export type { SubnetKey } from './root-key.ts';
export type { CallerInfo, IngressCall, QueryCall } from './user-call.ts';
export type { MeteringChoice } from './wasm/index.ts';
