/** Where programs come from: the scenario's fixed one, or drawn from its arbitrary, the same for the same index. */
import { Random as FastCheckRandom } from 'fast-check';
import type { Arbitrary } from 'fast-check';
import type { Binding } from '../scenario/bind.ts';
import { InvalidScenarioError } from '../scenario/errors.ts';
import { mentionedMethods } from '../scenario/generate.ts';
import type { BoundProgram } from '../scenario/program.ts';
import type { CallSpec } from '../scenario/types.ts';
import { isArbitrary } from '../scenario/validate.ts';
import { randomSource } from './random.ts';

/** A drawn program with what fast-check needs to shrink it. */
export type Drawn = ReturnType<Arbitrary<readonly CallSpec[]>['generate']>;

export interface ProgramSource {
    readonly generated: boolean;
    /** The program of an index; fixed programs are the same for all. */
    at(index: number): BoundProgram;
    /** The draw behind an index; undefined for a fixed program. */
    drawn(index: number): Drawn | undefined;
    /** Smaller draws than this one, in fast-check's order. */
    smaller(drawn: Drawn): Iterable<Drawn>;
}

/** How strongly every second program is drawn towards small and extreme values (fast-check's bias: 1 in so many). */
const BIAS = 3;

/** Throws what binding a program throws: an error that names scenario, file, line, call and value. */
export function programSource(binding: Binding, seed: number): ProgramSource {
    const { calls, id } = binding.scenario;
    if (!isArbitrary(calls)) {
        const program = binding.program(calls);
        return { generated: false, at: () => program, drawn: () => undefined, smaller: () => [] };
    }
    const arbitrary = calls;
    // A method that does not exist is said at once, not when the first program happens to draw it.
    for (const { canister, method } of mentionedMethods(arbitrary)) binding.requireMethod(canister, method);
    const random = randomSource(seed, id, 'program');
    const drawn = (index: number): Drawn => {
        return arbitrary.generate(new FastCheckRandom(random(index).generator), index % 2 === 0 ? undefined : BIAS);
    };
    return {
        generated: true,
        at: index => binding.program(callsOf(binding, drawn(index))),
        drawn,
        smaller: value => arbitrary.shrink(value.value_, value.context)
    };
}

/** The calls of a draw. Throws InvalidScenarioError when the arbitrary does not give a list. */
export function callsOf(binding: Binding, drawn: Drawn): readonly CallSpec[] {
    const calls: unknown = drawn.value;
    if (!Array.isArray(calls))
        throw new InvalidScenarioError(binding.scenario, ['`calls`: the arbitrary must give a list of calls']);
    return calls as readonly CallSpec[];
}
