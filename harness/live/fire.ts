/** Sends the calls of a plan and writes down what comes back. */
import pLimit from 'p-limit';
import type { LiveBackend } from '../backend/live.ts';
import type { CallEvent, History } from './history.ts';
import type { LivePlan, PlannedCall } from './plan.ts';

/**
 * Resolves when every call has its outcome. Rejects with the first error of the backend, after all calls ended: nothing of one
 * attempt reaches into the next.
 */
export async function fire(backend: LiveBackend, plan: LivePlan): Promise<History> {
    const limit = pLimit(plan.concurrency);
    const began = backend.now();
    let place = 0;
    const events: CallEvent[] = [];
    const ended = new Map<number, Promise<void>>();
    const send = async ({ call, delay }: PlannedCall): Promise<void> => {
        // An earlier call of the same actor may stand later in the order of sending, hence not a loop over what is there already.
        const after = plan.program.after[call]!;
        if (after >= 0) await ended.get(after);
        await backend.wait(delay);
        await limit(async () => {
            place += 1;
            const invokedAt = place;
            const sent = backend.now() - began;
            const outcome = await backend.submit(plan.program.calls[call]!);
            place += 1;
            const event = { call, invokedAt, sent, settled: backend.now() - began, outcome };
            events.push(outcome.kind === 'unknown' ? event : { ...event, answeredAt: place });
        });
    };
    const promises = plan.order.map(planned => {
        // Started in a microtask, when `ended` holds all of them.
        const promise = Promise.resolve().then(() => send(planned));
        ended.set(planned.call, promise.catch(() => undefined));
        return promise;
    });
    const failed = (await Promise.allSettled(promises)).find(each => each.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return { events: events.sort((one, other) => one.invokedAt - other.invokedAt) };
}
