/**
 * The embedded replica as a live backend: what was submitted within a turn of the event loop runs in one go, oldest first, as a
 * round of a replica that runs by itself would.
 */
import type { LiveBackend, LiveOutcome } from '../../backend/live.ts';
import type { ControlledBackend, Mark } from '../../backend/port.ts';
import type { BoundCall } from '../../scenario/index.ts';

/** `failing` is asked before each call is sent; an outcome that it gives takes the place of the real one, before or after it ran. */
export interface Trouble {
    readonly lose?: (label: string) => 'request' | 'answer' | undefined;
    readonly die?: (label: string) => Error | undefined;
}

/** The state after deployment, by backend: several live backends may stand on one. */
const deployed = new WeakMap<ControlledBackend, Mark>();

export function liveOf(backend: ControlledBackend, trouble: Trouble = {}): LiveBackend & { renewals: string[] } {
    const fresh = deployed.get(backend) ?? backend.mark();
    deployed.set(backend, fresh);
    const waiting: { root: number; done: (outcome: LiveOutcome) => void }[] = [];
    const round = (): void => {
        for (let [next] = backend.enabled(); next !== undefined; [next] = backend.enabled()) backend.execute(next);
        for (const { root, done } of waiting.splice(0)) done(backend.result(root)!);
    };
    return {
        canisters: backend.canisters,
        pace: { unit: 'ms', windows: [0, 3, 10, 30, 100, 300], rest: 100 },
        principalOf: role => backend.principalOf(role),
        actorPrincipal: actor => backend.actorPrincipal(actor),
        renewals: [],
        async renew(what) {
            this.renewals.push(what);
            backend.rollback(fresh);
        },
        async submit(call) {
            const dead = trouble.die?.(call.label);
            if (dead !== undefined) throw dead;
            const lost = trouble.lose?.(call.label);
            if (lost === 'request') return { kind: 'unknown', reason: 'the request was lost' };
            // Messages are interned by causal path, and their root must stay the same.
            const { root } = call as BoundCall;
            backend.submit(call, root);
            const outcome = await new Promise<LiveOutcome>(done => {
                waiting.push({ root, done });
                if (waiting.length === 1) setTimeout(round, 5);
            });
            return lost === 'answer' ? { kind: 'unknown', reason: 'the answer was lost' } : outcome;
        },
        query: async (role, method, arg) => backend.query(role, method, arg),
        wait: units => new Promise(done => setTimeout(done, units / 10)),
        now: () => Math.round(performance.now()),
        close: async () => []
    };
}
