/** What the servers of a run did, a JSON line a step: written at once, because suites end servers as they like. */
import { closeSync, openSync, readFileSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ARRIVAL, DEVIATION, type Arrival, type Deviation } from './run-file.ts';

const STEP = z.strictObject({
    server: z.int().min(0),
    instance: z.int().min(0),
    path: z.string(),
    /** For readers; `(...)` stands for the argument. */
    name: z.string(),
    /** Of a call, in hex; with the canister that is called, whose interface says what it means. */
    call: z.strictObject({ canister: z.string(), method: z.string(), argHex: z.string() }).optional(),
    /** How many messages could have executed. */
    choices: z.int().min(1),
    /** Present where production would have done something else. */
    deviation: DEVIATION.optional()
});
/** The interface of a canister, in Candid, where its module carries it. */
const INTERFACE = z.strictObject({ canister: z.string(), candid: z.string() });
type Interface = z.output<typeof INTERFACE>;
/** A step of an instance that had a choice, or deviates. */
export type TracedStep = z.output<typeof STEP>;

/** What a server writes down. */
export type TraceLine = TracedStep | Arrival | Interface;

/** The file of one server. */
export class TraceWriter {
    /** How many servers of the run started before. */
    readonly server: number;
    readonly #descriptor: number;

    /** Opens the first free file of the directory. */
    constructor(directory: string) {
        for (let server = 0; ; server++) {
            try {
                this.#descriptor = openSync(join(directory, fileOf(server)), 'wx');
                this.server = server;
                return;
            } catch (error) {
                if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
            }
        }
    }

    write(line: TraceLine): void {
        writeSync(this.#descriptor, `${JSON.stringify(line)}\n`);
    }

    close(): void {
        closeSync(this.#descriptor);
    }
}

/** What the servers of a run did, server by server. */
export interface Trace {
    readonly steps: readonly TracedStep[];
    readonly arrivals: readonly Arrival[];
    readonly interfaces: readonly Interface[];
}

/** What was traced; undefined when no server was started. A line that was cut off is left out. */
export function readTrace(directory: string): Trace | undefined {
    const { length } = readdirSync(directory);
    if (length === 0) return undefined;
    const files = Array.from({ length }, (_, server) => fileOf(server));
    const lines = files.flatMap((file) => readFileSync(join(directory, file), 'utf8').split('\n').map(parsedLine));
    const those = <T>(schema: z.ZodType<T>): T[] =>
        lines.flatMap((line) => {
            const parsed = schema.safeParse(line);
            return parsed.success ? [parsed.data] : [];
        });
    return { steps: those(STEP), arrivals: those(ARRIVAL), interfaces: those(INTERFACE) };
}

/** The deviations of a trace, in order. */
export function deviationsOf({ steps }: Trace): readonly Deviation[] {
    return steps.flatMap(({ deviation }) => (deviation === undefined ? [] : [deviation]));
}

function fileOf(server: number): string {
    return `server-${server}.jsonl`;
}

function parsedLine(line: string): unknown {
    try {
        return JSON.parse(line);
    } catch {
        return undefined;
    }
}
