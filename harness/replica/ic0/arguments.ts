/** System API: method arguments, caller, reject code and message (IC interface specification, "Method arguments"). */
import type { Frame } from '../frame.ts';
import type { CallerInfo } from '../user-call.ts';
import { define } from './define.ts';

const ARG = 'I U RQ NRQ TQ CQ Ry CRy F';
const CALLER_INFO = 'U RQ NRQ CQ Ry Rt CRy CRt C CC F';
const COPY = '(dst : I, offset : I, size : I) -> ()';
const NO_INFO: CallerInfo = { data: new Uint8Array(0), signer: new Uint8Array(0) };

/** msg_arg_data_*, msg_caller_*, msg_reject_code, msg_reject_msg_*, msg_deadline, msg_method_name_*. */
export const ARGUMENT_FUNCTIONS = [
    define('msg_arg_data_size', '() -> I', ARG, (frame) => frame.arg.length),
    define('msg_arg_data_copy', COPY, ARG, (frame, dst: number, offset: number, size: number) =>
        frame.copy('msg_arg_data_copy', 'payload', frame.arg, dst, offset, size)
    ),

    define('msg_caller_size', '() -> I', '*', (frame) => frame.caller.length),
    define('msg_caller_copy', COPY, '*', (frame, dst: number, offset: number, size: number) =>
        frame.copy('msg_caller_copy', 'id', frame.caller, dst, offset, size)
    ),

    define('msg_caller_info_data_size', '() -> I', CALLER_INFO, (frame) => infoOf(frame).data.length),
    define('msg_caller_info_data_copy', COPY, CALLER_INFO, (frame, dst: number, offset: number, size: number) =>
        frame.copy('msg_caller_info_data_copy', 'data', infoOf(frame).data, dst, offset, size)
    ),
    define('msg_caller_info_signer_size', '() -> I', CALLER_INFO, (frame) => infoOf(frame).signer.length),
    define('msg_caller_info_signer_copy', COPY, CALLER_INFO, (frame, dst: number, offset: number, size: number) =>
        frame.copy('msg_caller_info_signer_copy', 'signer', infoOf(frame).signer, dst, offset, size)
    ),

    define('msg_reject_code', '() -> i32', 'Ry Rt CRy CRt C', (frame) => frame.rejectCode),
    define('msg_reject_msg_size', '() -> I', 'Rt CRt', (frame) => frame.rejectMessage.length),
    define('msg_reject_msg_copy', COPY, 'Rt CRt', (frame, dst: number, offset: number, size: number) =>
        frame.copy('msg_reject_msg_copy', 'msg', frame.rejectMessage, dst, offset, size)
    ),

    // Bounded-wait callers give a deadline; queries have none, not even replicated ones.
    define('msg_deadline', '() -> i64', 'U RQ NRQ CQ Ry Rt CRy CRt', (frame) => {
        const origin = frame.context?.origin;
        const isQuery = origin?.call?.callee.canister?.code?.methods.get(origin.call.method)?.kind === 'query';
        return origin?.call === undefined || isQuery ? 0n : origin.call.deadlineNs;
    }),

    // inspect_message
    define('msg_method_name_size', '() -> I', 'F', (frame) => frame.methodName.length),
    define('msg_method_name_copy', COPY, 'F', (frame, dst: number, offset: number, size: number) =>
        frame.copy('msg_method_name_copy', 'payload', frame.methodName, dst, offset, size)
    )
];

/** Only users who sign with canister signatures have any, also in the callbacks of what they called. */
function infoOf({ callerInfo, context }: Frame): CallerInfo {
    return callerInfo ?? context?.origin.call?.callerInfo ?? NO_INFO;
}
