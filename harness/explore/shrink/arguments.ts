/** Smaller arguments, by the shrinking of the arbitrary that drew them. */
import type { Binding } from '../../scenario/bind.ts';
import { programText } from '../../scenario/program.ts';
import type { BoundProgram } from '../../scenario/program.ts';
import type { Failure } from '../failure.ts';
import { callsOf } from '../programs.ts';
import type { Drawn, ProgramSource } from '../programs.ts';
import type { Search } from './search.ts';

/**
 * Walks down fast-check's tree of smaller values, and goes on where it stopped when it is asked again. Values of another length
 * are left out: calls are removed elsewhere, one by one, and the calls that remain keep their places in the draw. Fixed programs
 * are not drawn: see literals.ts.
 */
export class ArgumentShrinker {
    readonly #binding: Binding;
    readonly #source: ProgramSource;
    /** Labels of all calls of the draw, by their place. */
    readonly #labels: readonly string[];
    #drawn: Drawn | undefined;

    constructor(binding: Binding, source: ProgramSource, programIndex: number) {
        this.#binding = binding;
        this.#source = source;
        this.#labels = source.at(programIndex).calls.map(call => call.label);
        this.#drawn = source.drawn(programIndex);
    }

    /** The failure with arguments that cannot get smaller without the race going. */
    shrink(search: Search, failure: Failure): Failure {
        let best = failure;
        for (let found = this.#smaller(search, best); found !== undefined; found = this.#smaller(search, best))
            best = found;
        return best;
    }

    #smaller(search: Search, best: Failure): Failure | undefined {
        if (this.#drawn === undefined) return undefined;
        for (const candidate of this.#source.smaller(this.#drawn)) {
            if (callsOf(this.#binding, candidate).length !== this.#labels.length) continue;
            const program = this.#kept(candidate, best.program);
            if (programText(program) === programText(best.program)) continue;
            const found = search.follow(program, best.decisions);
            if (search.exhausted) return undefined;
            if (found === undefined) continue;
            this.#drawn = candidate;
            return found;
        }
        return undefined;
    }

    /** The calls of a draw that are still in a program, under the same labels. */
    #kept(drawn: Drawn, program: BoundProgram): BoundProgram {
        const places = program.calls.map(call => this.#labels.indexOf(call.label));
        const calls = callsOf(this.#binding, drawn);
        return this.#binding.program(
            places.map(place => calls[place]!),
            places.map(place => this.#labels[place]!)
        );
    }
}
