/** After calls were removed: `alice#3` that is left alone becomes `alice#1`. */
import type { CallSpec } from '../../scenario/types.ts';
import type { ScheduleStep } from '../../trace/types.ts';
import { failureOf } from '../failure.ts';
import type { Failure } from '../failure.ts';
import { fixedRandom, record } from '../record.ts';
import { namesIn } from '../recorder.ts';
import { Follow } from '../strategy/follow.ts';
import { Replay } from '../strategy/replay.ts';
import type { Walk } from '../walk.ts';

/**
 * The same failure with its calls numbered anew. Causal names are what a canister's randomness derives from, so the renamed
 * schedule is executed; where it does not fail in the same way, the old names stay.
 */
export function relabelled(walk: Walk, failure: Failure): Failure {
    const { calls } = failure.program;
    const specs: CallSpec[] = calls.map(({ actor, canister, method, args, order }) => ({
        actor,
        canister,
        method,
        args,
        order
    }));
    if (specs.length === 0) return failure;
    const program = walk.binding.program(specs);
    if (program.calls.every((call, index) => call.label === calls[index]!.label)) return failure;
    const steps = renamedSteps(
        walk,
        failure,
        program.calls.map(call => call.label)
    );
    walk.load(program);
    const replay = new Replay(steps, { ...namesIn(walk), mayEndHere: () => true });
    walk.run(replay, fixedRandom());
    const renamed = replay.missed === undefined ? failureOf(walk, failure) : undefined;
    return renamed?.decisions.length === failure.decisions.length ? renamed : failure;
}

function renamedSteps(walk: Walk, { program, decisions }: Failure, labels: readonly string[]): readonly ScheduleStep[] {
    const { trace } = record(walk, program, new Follow(decisions, 'exact'));
    return trace.steps.map(({ step, rootLabel: old }) => {
        if (old === undefined) return step;
        const call = program.calls.findIndex(each => each.label === old);
        return { ...step, path: `${labels[call]}${step.path.slice(old.length)}` };
    });
}
