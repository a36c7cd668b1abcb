/**
 * Metering `instructions` along whatever path an execution takes: random programs of blocks, loops, branches, tables, calls and
 * dead code, against a sum of weights that an interpreter of the same program makes.
 */
import { describe, expect, it } from '@jest/globals';
import type { CanisterInstance } from '../index.ts';
import { generator } from './random.ts';
import { digest, ENGINES, instantiate } from './wat.ts';

/** One statement. Conditions are bits of a counter in memory, so that every run of a statement may decide otherwise. */
type Statement =
    | { readonly kind: 'work'; readonly times: number }
    | { readonly kind: 'block'; readonly body: readonly Statement[] }
    | { readonly kind: 'loop'; readonly local: number; readonly rounds: number; readonly body: readonly Statement[] }
    | { readonly kind: 'if'; readonly then: readonly Statement[]; readonly otherwise: readonly Statement[] }
    | { readonly kind: 'leave'; readonly how: 'br' | 'br_if' | 'br_table' | 'return'; readonly label: number }
    | { readonly kind: 'call'; readonly callee: number };

const FUNCTIONS = 4;

/** Body of function `index`, which calls later ones only, so that every program ends. */
function randomBody(random: (below: number) => number, index: number, depth: number, labels: number): Statement[] {
    const inner = (more: number): Statement[] => randomBody(random, index, depth + 1, labels + more);
    return Array.from({ length: 1 + random(4) }, (): Statement => {
        switch (random(depth > 3 ? 4 : 8)) {
            case 0:
            case 1:
                return { kind: 'work', times: random(4) };
            case 2: {
                const how = (['br_if', 'br_table', 'br', 'return', 'br_if'] as const)[random(5)] ?? 'br_if';
                return labels === 0 ? { kind: 'work', times: 1 } : { kind: 'leave', how, label: random(labels) };
            }
            case 3:
                return index + 1 < FUNCTIONS
                    ? { kind: 'call', callee: index + 1 + random(FUNCTIONS - index - 1) }
                    : { kind: 'work', times: 2 };
            case 4:
                return { kind: 'block', body: inner(1) };
            case 5:
                // In Wasm two labels, the way out and the loop itself, of which only the first is branched to.
                return { kind: 'loop', local: depth, rounds: 1 + random(4), body: inner(1) };
            default:
                return { kind: 'if', then: inner(1), otherwise: random(2) === 0 ? [] : inner(1) };
        }
    });
}

/** Counts up in memory: 6 instructions. A condition is bit 1 of the counter after that: 6 more. */
const TICK = '(i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 3)))';
const CONDITION = `${TICK} (i32.and (i32.shr_u (i32.load (i32.const 0)) (i32.const 1)) (i32.const 1))`;
const [TICK_COST, CONDITION_COST] = [6, 12];

/** `loops` tells for every label, the innermost first, whether it is a loop's and so two of Wasm's. */
function text(statements: readonly Statement[], loops: readonly boolean[]): string {
    /** Wasm's number of the label `index` from the innermost of ours. */
    const label = (index: number): number =>
        index + loops.slice(0, index + 1).filter(Boolean).length;
    return statements.map(statement => {
        switch (statement.kind) {
            case 'work':
                return TICK.repeat(statement.times);
            case 'block':
                return `(block ${text(statement.body, [false, ...loops])})`;
            case 'loop':
                return `(local.set ${statement.local} (i32.const ${statement.rounds})) (block (loop
                    ${text(statement.body, [true, ...loops])}
                    (br_if 0 (local.tee ${statement.local} (i32.sub (local.get ${statement.local}) (i32.const 1))))))`;
            case 'if':
                return `(if (block (result i32) ${CONDITION}) (then ${text(statement.then, [false, ...loops])})
                    (else ${text(statement.otherwise, [false, ...loops])}))`;
            case 'leave':
                return leaveText(statement.how, label(statement.label));
            case 'call':
                return `(call $f${statement.callee})`;
        }
    }).join('\n');
}

function leaveText(how: 'br' | 'br_if' | 'br_table' | 'return', label: number): string {
    switch (how) {
        case 'br_if':
            return `(br_if ${label} (block (result i32) ${CONDITION}))`;
        case 'br_table':
            return `(block (br_table 0 ${label + 1} (block (result i32) ${CONDITION})))`;
        case 'br':
            return `(br ${label}) ${TICK}`;
        case 'return':
            return `(return) ${TICK}`;
    }
}

/** Leaving so many labels; Infinity leaves the function, -1 none. */
type Leaving = number;

class Interpreter {
    instructions = 0;
    counter = 0;
    readonly #bodies: readonly (readonly Statement[])[];

    constructor(bodies: readonly (readonly Statement[])[]) {
        this.#bodies = bodies;
    }

    call(index: number): void {
        this.instructions += 1;
        this.#run(this.#bodies[index] ?? []);
    }

    #tick(): void {
        this.counter += 3;
        this.instructions += TICK_COST;
    }

    #condition(): boolean {
        this.counter += 3;
        this.instructions += CONDITION_COST;
        return ((this.counter >>> 1) & 1) === 1;
    }

    #run(statements: readonly Statement[]): Leaving {
        for (const statement of statements) {
            const leaving = this.#one(statement);
            if (leaving >= 0) {
                return leaving;
            }
        }
        return -1;
    }

    #one(statement: Statement): Leaving {
        switch (statement.kind) {
            case 'work':
                for (let left = statement.times; left > 0; left--) {
                    this.#tick();
                }
                return -1;
            case 'block':
                return this.#run(statement.body) - 1;
            case 'if': {
                const taken = this.#condition();
                this.instructions += 2;
                return Math.max(-1, this.#run(taken ? statement.then : statement.otherwise) - 1);
            }
            case 'loop':
                this.instructions += 2;
                for (let left = statement.rounds; left > 0; left--) {
                    const leaving = this.#run(statement.body);
                    if (leaving >= 0) {
                        return leaving - 1;
                    }
                    this.instructions += 4 + 2;
                }
                return -1;
            case 'leave':
                return this.#leave(statement.how, statement.label);
            case 'call':
                this.instructions += 5;
                this.call(statement.callee);
                return -1;
        }
    }

    #leave(how: 'br' | 'br_if' | 'br_table' | 'return', label: number): Leaving {
        if (how === 'return') {
            this.instructions += 1;
            return Infinity;
        }
        const taken = how === 'br' || this.#condition();
        this.instructions += 2;
        return taken ? label : -1;
    }
}

interface Program {
    readonly text: string;
    readonly instructions: number;
    readonly counter: number;
}

function randomProgram(seed: number): Program {
    const random = generator(seed * 104_729);
    const bodies = Array.from({ length: FUNCTIONS }, (_, index) => randomBody(random, index, 0, 0));
    const locals = '(local i32 i32 i32 i32 i32 i32)';
    const functions = bodies.map((body, index) => `(func $f${index} ${locals} ${text(body, [])})`);
    const interpreter = new Interpreter(bodies);
    interpreter.call(0);
    return {
        text: `(module (memory 1) ${functions.join('\n')} (export "f" (func $f0)))`,
        instructions: interpreter.instructions,
        counter: interpreter.counter
    };
}

/** Runs the program with a limit; how it ended, what it counted, and the state at that point, before it is undone. */
function outcome(instance: CanisterInstance, limit: number): readonly [string, number, string] {
    instance.begin(limit);
    let end = 'returned';
    try {
        instance.call('f');
    } catch (error) {
        end = (error as { kind?: string }).kind ?? String(error);
    }
    const result = [end, instance.stepsUsed(), digest(instance)] as const;
    instance.abort();
    return result;
}

describe('Metering of instructions, on random programs,', () => {
    const programs = Array.from({ length: 60 }, (_, seed) => randomProgram(seed + 1));

    it('is the sum of the weights of what was executed, in both engines', () => {
        for (const program of programs) {
            for (const memory of ENGINES) {
                const instance = instantiate(program.text, { memory, metering: 'instructions' });
                instance.begin(1e12);
                instance.call('f');
                expect([program.text, instance.stepsUsed()]).toEqual([program.text, program.instructions]);
                expect(new DataView(instance.read(0, 4).buffer).getInt32(0, true)).toBe(program.counter);
                instance.abort();
            }
        }
        expect(Math.max(...programs.map(({ instructions }) => instructions))).toBeGreaterThan(1_000);
    });

    it.each(['instructions', 'unit'] as const)('ends at the same place in both engines (%s)', metering => {
        const random = generator(31);
        const ends = new Set<string>();
        for (const program of programs) {
            const [fast, reference] = ENGINES.map(memory => instantiate(program.text, { memory, metering }));
            for (const limit of [0, 1, random(100), random(program.instructions + 1), program.instructions]) {
                const expected = outcome(fast as CanisterInstance, limit);
                expect(outcome(reference as CanisterInstance, limit)).toEqual(expected);
                expect(expected[1]).toBeLessThanOrEqual(limit);
                ends.add(expected[0]);
            }
        }
        expect([...ends].sort()).toEqual(['instruction limit', 'returned']);
    });
});
