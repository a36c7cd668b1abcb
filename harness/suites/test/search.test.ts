/** Which orders are tried, and when: on withdrawals from a vault, each a call, a payment at a ledger, and its answer. */
import { describe, expect, it } from '@jest/globals';
import type { Message } from '../../replica/index.ts';
import { chooserOf } from '../chooser.ts';
import type { Deviation, Run } from '../run-file.ts';
import { Search } from '../search.ts';
import type { RanMessage, Trace, TracedStep } from '../trace.ts';

const RUN: Run = { seed: 1, run: 1, mode: 'follow', faultsMax: 0, deviations: [], arrivals: [], traces: '' };
const [VAULT, LEDGER] = [1, 2];
const NEXT = { ingress: 'request', request: 'response' } as const;

type Kind = 'ingress' | 'request' | 'response';
interface Toy {
    readonly path: string;
    readonly kind: Kind;
}

/** Instances in which so many calls are made at once; oldest first is production. Requests keep their order. */
function simulated(calls: readonly number[], deviations: readonly Deviation[]): Trace {
    const [steps, ran]: [TracedStep[], RanMessage[]] = [[], []];
    const chooser = chooserOf({ ...RUN, deviations }, 0, () => true);
    for (const [instance, count] of calls.entries()) {
        let left: Toy[] = Array.from({ length: count }, (_, call) => ({ path: `c${call}`, kind: 'ingress' }));
        const postponed = new Set<string>();
        for (let number = 0; left.length > 0;) {
            const firstRequest = left.find(({ kind }) => kind === 'request');
            const all = left.filter((each) => each.kind !== 'request' || each === firstRequest);
            const rest = all.filter(({ path }) => !postponed.has(path));
            const enabled = rest.length > 0 ? rest : all;
            const messages = enabled as unknown as readonly Message[];
            const { message, act } = chooser.choose({ instance, expected: messages[0]!, enabled: messages });
            const { path, kind } = message as unknown as Toy;
            const deviates = path !== enabled[0]!.path || act !== 'execute';
            const deviation = { server: 0, instance, instead: enabled[0]!.path, path, act };
            const others = enabled.map((each) => each.path).filter((each) => each !== path);
            const step = { server: 0, instance, path, name: path, choices: enabled.length, others, number };
            if (enabled.length > 1 || deviates) steps.push({ ...step, ...(deviates ? { deviation } : {}) });
            if (act === 'postpone') {
                postponed.add(path);
                continue;
            }
            number++;
            ran.push({ server: 0, instance, ran: path, kind, at: kind === 'request' ? LEDGER : VAULT });
            const next: Kind | undefined = act === 'reject' ? 'response' : NEXT[kind as 'ingress' | 'request'];
            left = left.filter((each) => each.path !== path);
            if (next !== undefined) left.push({ path: `${path}/${next[2]}`, kind: next });
        }
    }
    return { steps, ran, arrivals: [], interfaces: [], live: false };
}

function orderOf({ ran }: Trace, instance = 0): string {
    return ran.filter((each) => each.instance === instance).map((each) => each.ran).join(' ');
}

interface Searched {
    readonly plans: readonly (readonly Deviation[])[];
    readonly orders: readonly string[];
    readonly search: Search;
}

/** Runs until nothing is left. */
function searched(calls: readonly number[], faultsMax = 0, most = 3_000): Searched {
    const search = new Search({ seed: 1, faultsMax });
    const first = simulated(calls, []);
    search.begin(first);
    const [plans, orders]: [(readonly Deviation[])[], string[]] = [[], [orderOf(first)]];
    for (let plan = search.next(); plan.length > 0 && plans.length < most; plan = search.next()) {
        const trace = simulated(calls, plan);
        search.learn(trace);
        plans.push(plan);
        orders.push(orderOf(trace));
    }
    return { plans, search, orders };
}

describe('a search', () => {
    // scenarios.md: two withdrawals have 14 legal schedules, three 636.
    it.each([[2, 14], [3, 636]])('of %d calls comes to every legal schedule', (count, schedules) => {
        const { orders, search } = searched([count]);
        expect(new Set(orders).size).toBe(schedules);
        expect(search.exhausted).toBe(true);
    });

    it('tries orders that differ in one step first, those of answers ahead, and none of them twice', () => {
        const { plans } = searched([3]);
        const lengths = plans.map(({ length }) => length);
        expect(lengths.lastIndexOf(1)).toBeLessThan(lengths.indexOf(3));
        expect(plans[0]![0]!.path).toMatch(/\/s$/);
        expect(new Set(plans.map((plan) => JSON.stringify(plan))).size).toBe(plans.length);
    });

    it('tries orders among calls of clients before those of timers that an installation left', () => {
        const ran = ['install', 'install/t', 'a', 'b', 'a/0/r'].map((path, index): RanMessage => {
            const kind = path.endsWith('/r') ? 'response' : path.endsWith('/t') ? 'timer' : 'ingress';
            return { server: 0, instance: 0, ran: path, kind, at: index === 0 ? -1 : VAULT };
        });
        const step = { server: 0, instance: 0, name: '', choices: 2 };
        const steps = [
            { ...step, path: 'install/t', number: 1, others: ['a'] },
            { ...step, path: 'a', number: 2, others: ['b'] }
        ];
        // Where promises are equal, the seed decides.
        for (const seed of [1, 2, 3, 4, 5, 6]) {
            const search = new Search({ seed, faultsMax: 0 });
            search.begin({ steps, ran, arrivals: [], interfaces: [], live: false });
            expect(search.next().map(({ instead, path }) => [instead, path])).toEqual([['a', 'b']]);
        }
    });

    it('tries something in every instance at once', () => {
        const { plans, search } = searched([2, 2, 2]);
        expect(new Set(plans[0]!.map(({ instance }) => instance))).toEqual(new Set([0, 1, 2]));
        expect(plans.length).toBeLessThan(searched([2]).plans.length + 3);
        expect(search.exhausted).toBe(true);
    });

    it('rejects as many requests as a run may have, in all instances together', () => {
        const { plans, search } = searched([2, 2], 1, 60);
        const faults = plans.map((plan) => plan.filter(({ act }) => act === 'reject').length);
        expect(Math.max(...faults)).toBe(1);
        expect(plans.flat().filter(({ act }) => act === 'reject').map(({ path }) => path)).toContain('c1/q');
        expect(search.exhausted).toBe(false);
    });

    it('does not take for all that there is what the clock decides, or what was cut', () => {
        const whole = (change: (trace: Trace) => Trace): boolean => {
            const search = new Search({ seed: 1, faultsMax: 0 });
            search.begin(change(simulated([1], [])));
            return search.exhausted;
        };
        expect(whole((trace) => trace)).toBe(true);
        expect(whole((trace) => ({ ...trace, live: true }))).toBe(false);
        const step = { server: 0, instance: 0, path: 'x', name: '', choices: 99, others: [], number: 0 };
        expect(whole((trace) => ({ ...trace, steps: [step] }))).toBe(false);
    });

    it('goes nowhere from deviations that did not come up', () => {
        const search = new Search({ seed: 1, faultsMax: 0 });
        search.begin(simulated([2], []));
        const left: number[] = [];
        for (let plan = search.next(); plan.length > 0; plan = search.next()) {
            left.push(plan.length);
            search.learn(simulated([1], plan));
        }
        expect(new Set(left)).toEqual(new Set([1]));
        expect(search.exhausted).toBe(false);
    });
});
