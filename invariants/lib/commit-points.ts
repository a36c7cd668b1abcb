/** What the rows about commit points share: canister A that calls B, what is observed of them, and where a call has got to. */
import { REJECT_CODE_NAMES, call, query } from '../../harness/index.ts';
import type { CallSpec, InFlightRecord, Outcomes, ScenarioSpec, View } from '../../harness/index.ts';
import { callOf } from './counter.ts';
import { sequentialEffects } from './effects-model.ts';
import type { Effects, EffectsState } from './effects-model.ts';

/** Canister A, which counts X, and B, which counts Y: `callee`, or `bar` with its single method. */
export function aAndB(
    b: 'callee' | 'bar',
    effects: Effects
): Required<Pick<ScenarioSpec<EffectsState>, 'canisters' | 'observe' | 'model'>> {
    return {
        canisters: { b, a: 'commit_points' },
        observe: { x: query('a', 'get_x'), y: query('b', 'get_y') },
        model: sequentialEffects(effects)
    };
}

/** Alice calls a method of A that takes B as its only argument. */
export function aliceCalls(method: string): CallSpec {
    return call('alice', 'a', method, (at) => [at.canister('b')]);
}

/** The exact set of `stage`s that a run passes through. */
export function stages(...exactly: readonly string[]): Outcomes {
    return { at: 'commit', of: stage, exactly };
}

/**
 * Where Alice's only call has got to, and what is committed there: `request a -> b: x = 1, y = 0`. Each place has its own
 * text, so that the set of all of them also says in which order they came.
 */
export function stage(view: View): string {
    const numbers = Object.entries(view.observed).map(([name, value]) => `${name} = ${value}`);
    return `${place(view)}: ${numbers.join(', ')}`;
}

function place(view: View): string {
    if (view.inFlight.length > 0) return view.inFlight.map(route).join(' and ');
    const { state } = callOf(view, 'alice');
    return state === 'answered' ? `answered ${answerTo(view, 'alice')}` : state;
}

function route({ kind, caller, callee }: InFlightRecord): string {
    return kind === 'request' ? `request ${caller} -> ${callee}` : `response ${callee} -> ${caller}`;
}

/**
 * What an actor's only call was answered with: the name of a reject code, or `reply`. A replied text in which A tells what
 * B answered is given without the message, but with its error code: `reply, B: CANISTER_ERROR IC0503`.
 */
export function answerTo(view: View, actor: string): string {
    const { answer } = callOf(view, actor);
    if (answer === undefined) return 'nothing';
    if (answer.kind === 'reject') return REJECT_CODE_NAMES[answer.code];
    const told = typeof answer.value === 'string' ? /^(CANISTER_\w+): (IC\d{4})?/.exec(answer.value) : null;
    return told === null ? 'reply' : `reply, B: ${told.slice(1).filter((part) => part !== undefined).join(' ')}`;
}
