/** What the self-fuzzer has several of: inputs of one kind, and a judgement that each has to pass. */
import fc from 'fast-check';

/** An input that broke something, as small as shrinking made it. */
export interface Finding {
    readonly kind: string;
    readonly seed: number;
    /** What is wrong, in one line or more. */
    readonly problem: string;
    /** The input, readable, complete enough to type it in again. */
    readonly input: string;
}

/** One kind of input. */
export interface Kind {
    readonly name: string;
    /** What is drawn and what has to hold. */
    readonly about: string;
    /** Draws and judges `runs` inputs. The same seed draws the same inputs. Throws what building the inputs throws. */
    check(seed: number, runs: number): Promise<Finding | undefined>;
}

interface Inputs<Input> {
    readonly name: string;
    readonly about: string;
    readonly draw: fc.Arbitrary<Input>;
    /** Undefined, or what is wrong. What it throws is a finding too. */
    readonly judge: (input: Input) => string | undefined | Promise<string | undefined>;
    readonly show: (input: Input) => string;
}

/** A kind whose inputs fast-check draws and shrinks. */
export function kind<Input>({ name, about, draw, judge, show }: Inputs<Input>): Kind {
    return {
        name,
        about,
        async check(seed, runs) {
            let problem = '';
            const property = fc.asyncProperty(draw, async (input) => {
                // Shrinking keeps the last input that fails, and so the last problem.
                const wrong = await problemOf(judge, input);
                problem = wrong ?? problem;
                return wrong === undefined;
            });
            const { counterexample } = await fc.check(property, { seed, numRuns: runs });
            const [input] = counterexample ?? [];
            return input === undefined ? undefined : { kind: name, seed, problem, input: show(input) };
        }
    };
}

async function problemOf<Input>(judge: Inputs<Input>['judge'], input: Input): Promise<string | undefined> {
    try {
        return await judge(input);
    } catch (error) {
        return `thrown: ${String((error as { stack?: unknown }).stack ?? error)}`;
    }
}
