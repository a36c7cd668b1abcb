/**
 * Ctrl-C. The exploring threads run synchronous loops that never see a signal, so the main thread owns it and sets a flag in
 * shared memory, which they read before every schedule. The first Ctrl-C (or `kill`) stops after the schedule in flight, or after a
 * few seconds; the second at once.
 */
import { GO_ON, STOP } from './protocol.ts';

/**
 * One press can arrive twice: from the terminal, which signals the whole process group, and from npm or the launcher, which
 * hand it on. Signals this close together count as one press.
 */
const ONE_PRESS_MS = 250;

/** How long schedules in flight may take to end after the first press; what then still runs does so for ever. */
export const STOP_GRACE_MS = 5_000;

export interface Interrupts {
    /** One Int32: GO_ON or STOP. */
    readonly flag: Int32Array;
    readonly interrupted: () => boolean;
    /** Runs `action` at the first press, or now when that was already. */
    readonly onFirst: (action: () => void) => void;
}

/** Listens to SIGINT and SIGTERM of this process from now on; `exitNow` is called at the second press. Reads the clock. */
export function watchInterrupts(exitNow: () => void): Interrupts {
    const flag = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const actions: (() => void)[] = [];
    const interrupted = (): boolean => Atomics.load(flag, 0) !== GO_ON;
    let firstAt = 0;
    const press = (): void => {
        if (!interrupted()) {
            firstAt = Date.now();
            Atomics.store(flag, 0, STOP);
            for (const action of actions) action();
        } else if (Date.now() - firstAt > ONE_PRESS_MS) {
            exitNow();
        }
    };
    process.on('SIGINT', press);
    process.on('SIGTERM', press);
    return {
        flag,
        interrupted,
        onFirst: action => {
            if (interrupted()) action();
            else actions.push(action);
        }
    };
}
