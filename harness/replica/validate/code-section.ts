/** Function bodies: size, complexity, and instructions that the engine knows but the IC refuses (ic-semantics 1.2, 1.3). */
import { Section, tableChange } from '../wasm/index.ts';
import type { ModuleShape, Visit } from '../wasm/index.ts';
import { complexityOf } from './complexity.ts';
import { InvalidCodeError, overLimit } from './errors.ts';

const CODE_BYTES_MAX = 10 * 2 ** 20;
const INSTRUCTIONS_MAX = 1_000_000;
const COMPLEXITY_MAX = 1_000_000;
/** Throws `InvalidCodeError` for a code section that is too large, before anything reads it. */
export function checkCodeSize({ sections }: ModuleShape): void {
    const { start, end } = sections.get(Section.code) ?? { start: 0, end: 0 };
    if (end - start > CODE_BYTES_MAX) {
        throw overLimit(
            `Wasm module code section size of ${end - start} exceeds the maximum allowed size of ${CODE_BYTES_MAX}.`,
            'Try shrinking the module code section using tools like `ic-wasm` or splitting the logic across multiple ' +
                'canisters.',
            'wasm-module-code-section-too-large'
        );
    }
}

/** Counts what one pass over all bodies shows; `check` judges it when its turn comes. */
export class CodeCounts {
    readonly #size: Uint32Array;
    readonly #complexity: Float64Array;
    /** First refused instruction by body. */
    readonly #refused = new Map<number, string>();

    constructor(bodies: number) {
        this.#size = new Uint32Array(bodies);
        this.#complexity = new Float64Array(bodies);
    }

    readonly visit: Visit = (body, opcode, after) => {
        this.#size[body] = (this.#size[body] as number) + 1;
        this.#complexity[body] = (this.#complexity[body] as number) + complexityOf(opcode, after);
        const refused = tableChange(opcode, after);
        if (refused !== undefined && !this.#refused.has(body)) {
            this.#refused.set(body, refused);
        }
    };

    /** Throws `InvalidCodeError` for the first function that is too complex, too large or refused. */
    check(): void {
        for (const [index, size] of this.#size.entries()) {
            if (size > INSTRUCTIONS_MAX) {
                throw overLimit(
                    `Wasm module contains a function at index ${index} of size ${size} that exceeds the maximum ` +
                        `allowed size of ${INSTRUCTIONS_MAX}.`,
                    'Try breaking large functions up into multiple smaller functions.',
                    'wasm-module-function-too-large'
                );
            }
            const instruction = this.#refused.get(index);
            if (instruction !== undefined) {
                throw new InvalidCodeError(
                    `Wasm module contains a function at index ${index} with unsupported instruction ${instruction}.`
                );
            }
            const complexity = this.#complexity[index] as number;
            if (complexity > COMPLEXITY_MAX) {
                throw overLimit(
                    `Wasm module contains a function at index ${index} with complexity ${complexity} which exceeds ` +
                        `the maximum complexity allowed ${COMPLEXITY_MAX}.`,
                    'Try breaking large functions up into multiple smaller functions.',
                    'wasm-module-function-complexity-too-high'
                );
            }
        }
    }
}
