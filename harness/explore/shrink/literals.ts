/** Smaller arguments of a program that stands in the scenario as it is: by type, since nothing has drawn them. */
import type { Binding } from '../../scenario/bind.ts';
import { programText, unlabelledText } from '../../scenario/program.ts';
import type { BoundProgram } from '../../scenario/program.ts';
import type { CandidValue, Scenario } from '../../scenario/types.ts';
import type { Failure } from '../failure.ts';
import { isLarger } from './first-answers.ts';
import type { Meaning } from './meaning.ts';
import type { Search } from './search.ts';
import { simpler } from './simpler.ts';

/** Arguments that are tried in vain, at most: a long blob has very many neighbours. */
const IN_VAIN_MAX = 300;

/**
 * Whether arguments that somebody wrote down may be made smaller. Where the scenario expects just this break, its calls are an example
 * whose numbers are told and compared (`withdraw(60)` twice of 100), and other numbers would show another one.
 */
export function mayShrinkLiterals({ expect }: Scenario, invariant: string): boolean {
    return expect?.verdict !== 'breaks' || !expect.invariants.includes(invariant);
}

/**
 * Greedy: a simpler argument is kept where the same schedule still breaks the same for the same cause, does not grow, and the program
 * means the same: it kept the invariant with its calls one after the other, and still does. Models and invariants are given the
 * simpler arguments too; those that count on the written ones break without any race, so that nothing is kept. Neither is anything
 * where the program breaks without a race as it is written.
 */
export class LiteralShrinker {
    readonly #binding: Binding;
    readonly #meaning: Meaning;
    readonly #inVain = new Set<string>();

    constructor(binding: Binding, meaning: Meaning) {
        this.#binding = binding;
        this.#meaning = meaning;
    }

    shrink(search: Search, failure: Failure): Failure {
        // Nothing would be kept.
        if (!this.#meaning.needsRace) return failure;
        let best = failure;
        for (let found = this.#smaller(search, best); found !== undefined; found = this.#smaller(search, best))
            best = found;
        return best;
    }

    #smaller(search: Search, best: Failure): Failure | undefined {
        for (const program of this.#candidates(best.program)) {
            if (search.exhausted || this.#inVain.size >= IN_VAIN_MAX) return undefined;
            const text = unlabelledText(program);
            if (this.#inVain.has(text) || programText(program) === programText(best.program)) continue;
            const found = search.follow(program, best.decisions);
            if (found !== undefined && !isLarger(found, best) && this.#meaning.isSame(found)) return found;
            this.#inVain.add(text);
        }
        return undefined;
    }

    /** The program with one argument simpler. */
    *#candidates(program: BoundProgram): Generator<BoundProgram> {
        for (const [index, { args, bound }] of program.calls.entries()) {
            for (const [at, type] of bound.argTypes.entries()) {
                for (const value of simpler(type, args[at])) yield this.#with(program, index, args.with(at, value));
            }
        }
    }

    #with({ calls }: BoundProgram, changed: number, args: readonly CandidValue[]): BoundProgram {
        const specs = calls.map((call, index) => {
            const { actor, canister, method, order } = call;
            return { actor, canister, method, order, args: index === changed ? args : call.args };
        });
        return this.#binding.program(specs, calls.map(({ label }) => label));
    }
}
