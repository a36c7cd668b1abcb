/** Row `no-await`: a method without an await is one segment; the state does not shift underneath it. */
import { breaks, call, holds, invariant, scenario } from '../harness/index.ts';
import type { CallSpec, View } from '../harness/index.ts';
import { QUEUE, queueValue } from './lib/queue.ts';

const NAMES = ['Ann', 'Ben', 'Cleo', 'Dan', 'Eve'];

/** One call a name, as in the published loop. */
function greetEach(method: 'greet' | 'greet_await'): readonly CallSpec[] {
    return NAMES.map((name) => call('alice', 'queue', method, [name]));
}

interface Greeting {
    readonly i0: number;
    readonly i1: number;
}

/** The numbers in "Hello, Ann 0 1!", call by call. Throws on any other answer. */
function greetings({ calls }: View): readonly Greeting[] {
    return calls.map(({ label, args, answer }) => {
        const text = answer?.kind === 'reply' ? String(answer.value) : `a ${answer?.kind}`;
        const numbers = /^Hello, (\w+) (\d+) (\d+)!$/.exec(text);
        if (numbers === null || numbers[1] !== args[0]) throw new Error(`${label} was answered ${text}`);
        return { i0: Number(numbers[2]), i1: Number(numbers[3]) };
    });
}

const successor = invariant('successor', 'quiescent', (view) => {
    const wrong = greetings(view).find(({ i0, i1 }) => i1 !== i0 + 1);
    return wrong === undefined ? undefined : `i0 is ${wrong.i0} and i1 is ${wrong.i1}`;
});

const consecutive = invariant('consecutive', 'quiescent', (view) => {
    const seen = greetings(view).map(({ i0 }) => i0);
    const missing = seen.findIndex((_, index) => !seen.includes(index));
    return missing < 0 ? undefined : `no call saw ${missing} first: ${seen.join(', ')}`;
});

export const noAwait = scenario('no-await', {
    about: 'five calls without an await: each sees i and i + 1, and together they see five consecutive numbers',
    ...QUEUE,
    calls: greetEach('greet'),
    invariants: [successor, consecutive, queueValue],
    // One segment a call: no two can be open at once, and that is the point.
    required: { overlap: false },
    strategy: 'exhaustive',
    expect: holds()
});

export const mutant = scenario('no-await/mutant', {
    about: 'an await between the increment and the second read: others greet in between',
    ...QUEUE,
    calls: greetEach('greet_await'),
    invariants: [successor, consecutive, queueValue],
    expect: breaks({ invariants: ['successor'], calls: 2, faults: 0 })
});
