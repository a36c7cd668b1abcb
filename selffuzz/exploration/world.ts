/** A scenario around random canisters, and the replica that they run on. */
import { IDL } from '@dfinity/candid';
import { deployEmbedded } from '../../harness/backend/embedded.ts';
import type { RememberableBackend } from '../../harness/backend/port.ts';
import {
    afterReply, answersLate, beats, call, expires, fillsQueue, invariant, loadsSnapshot, model, neverAnswers, query,
    rejects, runsOutOfCycles, scenario, skipsInspection, stops, timePasses, traps, uninstalls, upgrades
} from '../../harness/index.ts';
import type { FaultSpec, Invariant, View } from '../../harness/index.ts';
import { Binding } from '../../harness/scenario/bind.ts';
import type { RoleInterface } from '../../harness/scenario/bind.ts';
import type { CallSpec } from '../../harness/scenario/types.ts';
import { compile } from '../program-text.ts';
import { actorText, roleOf } from './text.ts';
import { METHODS } from './types.ts';
import type { Input } from './types.ts';

/** Every fault that a scenario may declare, by name. */
export const FAULTS: Readonly<Record<string, FaultSpec>> = {
    rejects: rejects(),
    'rejects twice': rejects({ max: 2, codes: [2, 5] }),
    'rejects ingress': rejects({ of: 'both', codes: [1, 2] }),
    expires: expires(),
    'expires either': expires({ queued: 'either' }),
    traps: traps({ in: 'callee' }),
    'traps callbacks': traps({ in: 'callback' }),
    'traps twice': traps({ in: 'either', max: 2 }),
    'traps cleanups': traps({ in: 'cleanup' }),
    'traps users': traps({ in: 'ingress' }),
    'traps timers': traps({ in: 'timer' }),
    'traps heartbeats': traps({ in: 'heartbeat', max: 1 }),
    exhausts: traps({ in: 'either', at: 'end' }),
    'exhausts timers': traps({ in: 'timer', at: 'end', canister: 'c0' }),
    fillsQueue: fillsQueue(),
    'fillsQueue after one': fillsQueue({ room: 1 }),
    loadsSnapshot: loadsSnapshot(),
    'loadsSnapshot twice': loadsSnapshot({ canister: 'c0', max: 2 }),
    skipsInspection: skipsInspection({ max: 2 }),
    'fillsQueue of m0': fillsQueue({ method: 'm0' }),
    answersLate: answersLate(),
    neverAnswers: neverAnswers(),
    stops: stops(),
    runsOutOfCycles: runsOutOfCycles({ canister: 'c0' }),
    uninstalls: uninstalls(),
    upgrades: upgrades({ canister: 'c1' }),
    beats: beats(),
    timePasses: timePasses(),
    'seconds pass': timePasses({ seconds: 1 })
};

type Judge = (view: View, seed: number) => string | undefined;

/** Sums of cells depend on all that was done to them; one in some values breaks. */
const cellsOf = (view: View, canister: number): readonly bigint[] => view.observed[roleOf(canister)];
const odd = (number: bigint, seed: number): boolean => number % 5n === BigInt(seed % 5);

/** What may be wrong, by name: each reads something else of what invariants may read. */
export const INVARIANTS: Readonly<Record<string, readonly [Invariant['when'], Judge]>> = {
    both: ['always', (view, seed) => {
        const [a, b] = [cellsOf(view, 0), cellsOf(view, 1)];
        const isInitial = [...a, ...b].every(each => each === 0n);
        const isOdd = !isInitial && odd(a[0]! + 3n * b[0]! + a[1]! + b[2]!, seed);
        return isOdd ? `saw ${a.join()} and ${b.join()}` : undefined;
    }],
    one: ['always', (view, seed) => (odd(cellsOf(view, 1)[0]!, seed) ? `saw ${cellsOf(view, 1).join()}` : undefined)],
    other: ['always', (view, seed) => (odd(cellsOf(view, 0)[1]!, seed) ? `saw ${cellsOf(view, 0).join()}` : undefined)],
    jumps: ['always', (view, seed) => {
        const before = view.previous?.[roleOf(0)] as readonly bigint[] | undefined;
        const now = cellsOf(view, 1);
        const isOdd = before !== undefined && before[0]! + now[0]! > 0n && odd(before[0]! + now[0]! + now[1]!, seed);
        return isOdd ? `${before.join()} to ${now.join()}` : undefined;
    }],
    states: ['always', (view, seed) => {
        const running = view.calls.filter(({ state }) => state === 'running').length;
        return odd(cellsOf(view, 0)[0]! + BigInt(running), seed) ? `${running} run` : undefined;
    }],
    underWay: ['always', (view, seed) => {
        const text = view.inFlight.map(({ kind, callee, method, root }) => `${kind} ${callee}.${method} ${root}`);
        return odd(BigInt(text.length), seed) ? `under way: ${text.join()}` : undefined;
    }],
    model: ['always', (view, seed) => {
        const text = String(view.model);
        return odd(BigInt(text.length) + cellsOf(view, 0)[0]!, seed) ? `after${text}` : undefined;
    }],
    atRest: ['quiescent', (view, seed) => {
        const all = Object.keys(view.observed).flatMap(role => [...(view.observed[role] as Iterable<bigint>)]);
        return odd(all.reduce((sum, each) => sum + each, 0n), seed) ? `saw ${all.join()}` : undefined;
    }],
    answers: ['quiescent', view => view.calls.map(({ answer }) => {
        return answer?.kind === 'reply' ? String(answer.value) : `code ${answer?.code}`;
    }).join()],
    order: ['quiescent', view => String(view.model)],
    history: ['quiescent', ({ calls }) => calls.map(each => {
        return calls.filter(other => (other.answeredAt ?? 1e9) < (each.invokedAt ?? 1e9)).length;
    }).join()],
    commits: ['quiescent', ({ calls }) => calls.map(each => `${each.invokedAt} to ${each.answeredAt}`).join()]
};

/** Whether an *always* invariant reads all cells, so that what is seen there may be compared. */
export function readsCells({ actors, invariants }: Input): boolean {
    return invariants.includes('both') && actors.length === 2;
}

/** A world of its own: the binding and a backend that has just been deployed. */
export interface World {
    readonly binding: Binding;
    readonly backend: RememberableBackend;
}

/** The modules of an input. */
export function modulesOf({ actors }: Input): readonly Uint8Array[] {
    return actors.map(each => compile(actorText(each, actors.length)));
}

/** Deploys the modules and binds the scenario. Throws what deploying throws. */
export function worldOf(input: Input, modules: readonly Uint8Array[], memory: 'fast' | 'reference' = 'fast'): World {
    const declared = scenarioOf(input);
    const interfaces = Object.fromEntries(modules.map((_, index) => [roleOf(index), { service: SERVICE }]));
    const deployments = modules.map((wasm, index) => {
        const role = roleOf(index);
        return { role, name: role, wasm, candid: '', initArg: () => new Uint8Array() };
    });
    const backend = deployEmbedded(deployments, { seed: 1, memory });
    return { binding: new Binding(declared, interfaces, backend), backend };
}

const SERVICE = IDL.Service({
    cells: IDL.Func([], [IDL.Vec(IDL.Nat64)], ['query']),
    ...Object.fromEntries(Array.from({ length: METHODS }, (_, at) => [`m${at}`, IDL.Func([], [IDL.Nat64], [])]))
}) as unknown as RoleInterface['service'];

const answered = model<string>('', (state, { label }, answer) => `${state} ${label}:${answer.kind}`);

function scenarioOf({ actors, roots, faults, invariants, seed }: Input): Binding['scenario'] {
    const calls = roots.map(({ actor, canister, method, waits }, index): CallSpec => {
        const one = call(actor, roleOf(canister), `m${method}`, []);
        return waits && roots.slice(0, index).some(each => each.actor === actor) ? afterReply(one) : one;
    });
    const roles = actors.map((_, index) => roleOf(index));
    return scenario('random', {
        about: 'random canisters',
        canisters: Object.fromEntries(roles.map(role => [role, role])),
        calls,
        faults: faults.map(name => FAULTS[name]!),
        observe: Object.fromEntries(roles.map(role => [role, query(role, 'cells')])),
        model: answered,
        required: { overlap: false },
        invariants: invariants.map(name => {
            const [when, judge] = INVARIANTS[name]!;
            const made = invariant(name, when, view => judge(view, seed));
            return name === 'history' ? { ...made, understands: 'histories' } : made;
        })
    });
}
