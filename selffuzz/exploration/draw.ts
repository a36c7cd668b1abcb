/** Draws random canisters and what is done with them. */
import fc from 'fast-check';
import { CELLS, METHODS } from './types.ts';
import type { Actor, Body, Call, Ending, Input, Root, Statement } from './types.ts';
import { FAULTS, INVARIANTS } from './world.ts';

const cell = fc.nat(CELLS - 1);
const k = fc.nat(9);
/** Calls in calls in calls have too many schedules. */
const DEPTH = 2;

type Where = 'method' | 'callback' | 'task';

function statement(where: Where): fc.Arbitrary<Statement> {
    const changes = fc.record({ do: fc.constantFrom('set' as const, 'mix' as const), cell, k });
    const copies = fc.record({ do: fc.constant('copy' as const), cell, from: cell, k });
    const answered = fc.record({ do: fc.constantFrom('stale' as const, 'got' as const), cell, k });
    return fc.oneof(
        { weight: 5, arbitrary: changes },
        { weight: 2, arbitrary: copies },
        { weight: where === 'callback' ? 4 : 0, arbitrary: answered },
        { weight: 1, arbitrary: fc.record({ do: fc.constant('trap-if-odd' as const), cell }) },
        {
            // A timer that sets itself anew would go on for ever.
            weight: where === 'task' ? 0 : 1,
            arbitrary: fc.record({ do: fc.constant('timer' as const), ns: fc.constantFrom(0, 1, 1000) })
        }
    );
}

function statements(where: Where): fc.Arbitrary<readonly Statement[]> {
    return fc.array(statement(where), { maxLength: 3 });
}

function call(canisters: number, below: number): fc.Arbitrary<Call> {
    return fc.record({
        canister: fc.nat(canisters - 1),
        method: fc.nat(below - 1),
        bounded: fc.boolean(),
        cleanup: fc.option(statements('callback'), { nil: undefined, freq: 4 })
    });
}

/** `answers`: whether the call has to be answered here, at the latest by a trap. */
function body(canisters: number, below: number, depth: number, answers: boolean): fc.Arbitrary<Body> {
    const where = depth === DEPTH ? 'method' : 'callback';
    const ending = answers ? endings(canisters, below, depth) : fc.constant<Ending>({ end: 'none' });
    return fc.record({ statements: statements(where), ending });
}

function endings(canisters: number, below: number, depth: number): fc.Arbitrary<Ending> {
    const here = fc.record({
        end: fc.constantFrom('reply' as const, 'reply' as const, 'reject' as const, 'trap' as const)
    });
    if (below === 0 || depth === 0) return here;
    const one = call(canisters, below);
    const next = body(canisters, below, depth - 1, true);
    const noted = body(canisters, below, depth - 1, false);
    return fc.oneof(
        { weight: 2, arbitrary: here },
        {
            weight: 5,
            arbitrary: fc.record({ end: fc.constant('call' as const), call: one, reply: next, reject: next })
        },
        {
            weight: 1,
            arbitrary: fc.record({
                end: fc.constant('reply-and-call' as const),
                call: one,
                reply: noted,
                reject: noted
            })
        },
        {
            weight: 1,
            arbitrary: fc.record({
                end: fc.constant('two-calls' as const),
                first: one,
                noted,
                call: one,
                reply: next,
                reject: next
            })
        }
    );
}

function actor(canisters: number): fc.Arbitrary<Actor> {
    const task = fc.option(statements('task'), { nil: undefined, freq: 2 });
    return fc.record({
        methods: fc.tuple(...Array.from({ length: METHODS }, (_, number) => body(canisters, number, DEPTH, true))),
        timer: task,
        heartbeat: task,
        inspected: fc.option(cell, { nil: undefined, freq: 1 })
    });
}

function roots(canisters: number): fc.Arbitrary<readonly Root[]> {
    const root = fc.record({
        actor: fc.constantFrom('alice', 'bob', 'carol'),
        canister: fc.nat(canisters - 1),
        method: fc.nat(METHODS - 1),
        waits: fc.constantFrom(false, false, true)
    });
    return fc.array(root, { minLength: 2, maxLength: 3, size: 'max' });
}

/** Two or three canisters, two or three calls, at most two faults, one or two invariants. */
export const inputs: fc.Arbitrary<Input> = fc.constantFrom(2, 3).chain(canisters =>
    fc.record({
        actors: fc.tuple(...Array.from({ length: canisters }, () => actor(canisters))),
        roots: roots(canisters),
        faults: fc.oneof(
            fc.constant<readonly string[]>([]),
            fc.subarray(Object.keys(FAULTS), { minLength: 1, maxLength: 1 }),
            fc.subarray(Object.keys(FAULTS), { minLength: 1, maxLength: 2 })
        ),
        invariants: fc.oneof(
            { weight: 2, arbitrary: fc.subarray(Object.keys(INVARIANTS), { minLength: 1, maxLength: 2 }) },
            // What sees the most.
            { weight: 1, arbitrary: fc.constantFrom(['both', 'answers'], ['jumps', 'order'], ['both', 'history']) }
        ),
        seed: fc.nat(20)
    })
);
