/** Answers of root calls, decoded for invariants and models. */
import { ScenarioFunctionError } from '../scenario/errors.ts';
import type { Binding } from '../scenario/bind.ts';
import type { BoundCall } from '../scenario/program.ts';
import type { Answer } from '../scenario/types.ts';
import type { CallResult } from '../trace/types.ts';

/** The answer to a call. Throws ScenarioFunctionError when the reply is not of the type that the Candid interface promises. */
export function answerOf(binding: Binding, call: BoundCall, result: CallResult): Answer {
    if (result.kind === 'reject') return { kind: 'reject', code: result.code, message: result.message };
    try {
        return { kind: 'reply', value: call.bound.decodeReply(result.reply) };
    } catch (cause) {
        const what = `the answer to ${call.label}`;
        const type = `${call.canister}.${call.method} : ${call.bound.signature}`;
        throw new ScenarioFunctionError(
            binding.scenario,
            what,
            `is not of the type of ${type}: ${String(cause)}`,
            cause
        );
    }
}
