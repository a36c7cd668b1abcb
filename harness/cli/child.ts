/** A server in a process of its own: started, watched, ended. */
import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';

const STOP_MS = 3_000;
/** Of what the server says on stderr, the end is kept for errors. */
const SAID_MAX = 2_000;

/** A process that was started, with those that it starts itself. They end with this one. */
export class Child {
    readonly process: ChildProcess;
    /** Settles when it has ended, whatever the reason. */
    readonly exit: Promise<void>;
    #said = '';
    #ended: string | undefined;

    /** A process group of its own: Ctrl-C reaches this process only. Its standard error must be a pipe. */
    constructor(program: string, args: readonly string[], stdio: StdioOptions) {
        this.process = spawn(program, args, { stdio, detached: true });
        const kill = this.kill.bind(this);
        process.once('exit', kill);
        this.process.stderr!.setEncoding('utf8').on('data', (text: string) => {
            this.#said = `${this.#said}${text}`.slice(-SAID_MAX);
        });
        this.exit = new Promise<void>(done => {
            const end = (how: string): void => {
                this.#ended ??= how;
                process.off('exit', kill);
                done();
            };
            this.process.once('error', error => end(`cannot be started (${error.message})`));
            this.process.once('exit', (code, signal) => {
                // Whatever it has left behind.
                kill();
                end(`ended (${signal ?? `code ${code}`})`);
            });
        });
    }

    /** The end of what it said on stderr. */
    get said(): string {
        return this.#said;
    }

    /** How it ended; undefined while it runs. */
    get ended(): string | undefined {
        return this.#ended;
    }

    kill(): void {
        const { pid } = this.process;
        try {
            // Below 0: the group. Its number stays taken until the last of them has ended.
            if (pid !== undefined) process.kill(-pid, 'SIGKILL');
        } catch {
            // They have all ended.
        }
    }

    /** Asks it to end, waits, and ends it when it does not. Reads the clock. */
    async close(): Promise<void> {
        this.process.kill('SIGTERM');
        const timeout = setTimeout(() => this.kill(), STOP_MS);
        await this.exit;
        clearTimeout(timeout);
    }
}
