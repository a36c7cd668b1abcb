/**
 * Where the command line writes. The result (text or one JSON document) is all that reaches stdout; progress, notes and errors
 * go to stderr, so that `interleave fuzz --json > result.json` is always a document.
 */
import { writeSync } from 'node:fs';
import { cursorTo, clearLine } from 'node:readline';
import { paint } from '../report/paint.ts';
import type { Paint } from '../report/paint.ts';
import { OutputError } from './errors.ts';

export interface Streams {
    /** Writes the result. Throws OutputError. */
    readonly out: (text: string) => void;
    /** Writes one line to stderr that stays. */
    readonly note: (line: string) => void;
    /** Shows what is going on: a line redrawn in place on a terminal, nothing elsewhere. */
    readonly status: (line: string) => void;
    /** Something was done: on a terminal the redrawn line says so, elsewhere a line of its own. */
    readonly milestone: (line: string) => void;
    /** What has been going on for long: a line of its own where nothing is redrawn, nothing on a terminal. */
    readonly reminder: (line: string) => void;
    readonly outPaint: Paint;
    readonly errPaint: Paint;
}

/** Descriptors of this process. Colours only on a terminal and never with NO_COLOR set (https://no-color.org). */
export function processStreams(): Streams {
    const { stdout, stderr } = process;
    const colours = (stream: NodeJS.WriteStream): boolean => stream.isTTY === true && !process.env['NO_COLOR'];
    const live = stderr.isTTY === true && process.env['TERM'] !== 'dumb';
    let drawn = false;
    const erase = (): void => {
        if (!drawn) return;
        cursorTo(stderr, 0);
        clearLine(stderr, 0);
        drawn = false;
    };
    const note = (line: string): void => {
        erase();
        try {
            writeAll(stderr.fd, `${line}\n`);
        } catch {
            // Nobody can be told that nobody can be told (a full disk behind stderr); the result may still get through.
        }
    };
    const status = (line: string): void => {
        if (!live) return;
        erase();
        stderr.write(line.slice(0, (stderr.columns || 80) - 1));
        drawn = true;
    };
    return {
        out: text => {
            erase();
            try {
                writeAll(stdout.fd, text);
            } catch (cause) {
                throw new OutputError(cause);
            }
        },
        note,
        status,
        milestone: live ? status : note,
        reminder: live ? () => undefined : note,
        outPaint: paint(colours(stdout)),
        errPaint: paint(colours(stderr))
    };
}

/**
 * Writes everything before it returns, since the process may end right after: on pipes `stream.write` is asynchronous and
 * `process.exit` would cut a long result short. A reader that went away (`| head`) ends the writing quietly.
 */
function writeAll(descriptor: number, text: string): void {
    const bytes = Buffer.from(text);
    let written = 0;
    while (written < bytes.length) {
        try {
            written += writeSync(descriptor, bytes, written);
        } catch (error) {
            const code = (error as NodeJS.ErrnoException).code;
            if (code === 'EPIPE') return;
            // A full pipe that somebody made non-blocking: wait a moment for the reader, then go on.
            if (code !== 'EAGAIN') throw error;
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
        }
    }
}
