/** Executions that explain are not exploration: they do not count. */
import type { Walk } from './walk.ts';

/** Runs something on a walk and leaves its counters as they were. */
export function uncounted<T>(walk: Walk, run: () => T): T {
    const { messages, steps, faultsInjected } = walk;
    try {
        return run();
    } finally {
        Object.assign(walk, { messages, steps, faultsInjected });
    }
}
