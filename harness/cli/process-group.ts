/** A process and those that it starts: test runners start processes of their own, and those the servers. */
import type { ChildProcess } from 'node:child_process';

/** How long they may take to end by themselves. */
const KILL_MS = 3_000;
const LOOK_MS = 20;

export class ProcessGroup {
    #id: number | undefined;
    #killing: NodeJS.Timeout | undefined;
    readonly #onExit = (): void => void this.#signal('SIGKILL');

    /** `leader` was started `detached`. Should this process end first, it ends the group. */
    constructor(leader: ChildProcess) {
        this.#id = leader.pid;
        process.on('exit', this.#onExit);
    }

    /** Asks all to end, and kills those that do not. */
    stop(): void {
        this.#signal('SIGTERM');
        this.#killing ??= setTimeout(() => this.#signal('SIGKILL'), KILL_MS);
    }

    /** The same; resolves when none is left. Reads the clock. */
    async end(): Promise<void> {
        this.#signal('SIGTERM');
        const deadline = performance.now() + KILL_MS;
        while (this.#signal(0) && performance.now() < deadline) await new Promise(done => setTimeout(done, LOOK_MS));
        this.#signal('SIGKILL');
    }

    /** Whatever is asked from now on does nothing: the system may give the number to somebody else. */
    forget(): void {
        this.#id = undefined;
        clearTimeout(this.#killing);
        process.off('exit', this.#onExit);
    }

    /** Whether anybody was there. */
    #signal(name: NodeJS.Signals | 0): boolean {
        if (this.#id === undefined) return false;
        try {
            return process.kill(-this.#id, name);
        } catch {
            // They have all ended.
            return false;
        }
    }
}
