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
    /** Which others, or the first of very many. */
    others: z.array(z.string()).optional(),
    /** How many messages the instance had executed before. */
    number: z.int().min(0).optional(),
    /** Present where production would have done something else. */
    deviation: DEVIATION.optional()
});
/** The interface of a canister, in Candid, where its module carries it. */
const INTERFACE = z.strictObject({ canister: z.string(), candid: z.string() });
type Interface = z.output<typeof INTERFACE>;
/** A step of an instance that had a choice, or deviates, or comes soon after one that does. */
export type TracedStep = z.output<typeof STEP>;

/** Each message that was executed or rejected, in order. */
const RAN = z.strictObject({
    server: z.int().min(0),
    instance: z.int().min(0),
    ran: z.string(),
    kind: z.string(),
    /** A number of the canister that executed it; -1 for the management canister. */
    at: z.int().min(-1)
});
/** A message that an instance executed. */
export type RanMessage = z.output<typeof RAN>;

/** Rounds of an instance began to run by themselves. */
const LIVE = z.strictObject({ server: z.int().min(0), instance: z.int().min(0), live: z.literal(true) });

/** What a server writes down. */
export type TraceLine = TracedStep | RanMessage | Arrival | Interface | z.output<typeof LIVE>;

/** The file of one server. */
export class TraceWriter {
    /** How many servers of the run started before. */
    readonly server: number;
    readonly #directory: string;
    readonly #descriptor: number;

    /** Opens the first free file of the directory. */
    constructor(directory: string) {
        this.#directory = directory;
        let [server, descriptor] = [0, opened(join(directory, fileOf(0)))];
        while (descriptor === undefined) descriptor = opened(join(directory, fileOf(++server)));
        this.server = server;
        this.#descriptor = descriptor;
    }

    write(line: TraceLine): void {
        writeSync(this.#descriptor, `${JSON.stringify(line)}\n`);
    }

    /** Takes one of the faults of the run, which its servers share; false when all `most` are taken. */
    takeFault(most: number): boolean {
        for (let fault = 0; fault < most; fault++) {
            const descriptor = opened(join(this.#directory, `fault-${fault}`));
            if (descriptor !== undefined) {
                closeSync(descriptor);
                return true;
            }
        }
        return false;
    }

    close(): void {
        closeSync(this.#descriptor);
    }
}

/** A new file; undefined where one is already: several processes may want it at once. */
function opened(file: string): number | undefined {
    try {
        return openSync(file, 'wx');
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        return undefined;
    }
}

/** What the servers of a run did, server by server. */
export interface Trace {
    readonly steps: readonly TracedStep[];
    readonly ran: readonly RanMessage[];
    readonly arrivals: readonly Arrival[];
    readonly interfaces: readonly Interface[];
    /** An instance was live: what executed when, the clock decided. */
    readonly live: boolean;
}

/** What was traced; undefined when no server was started. A line that was cut off is left out. */
export function readTrace(directory: string): Trace | undefined {
    const { length } = readdirSync(directory).filter((name) => name.endsWith('.jsonl'));
    if (length === 0) return undefined;
    const files = Array.from({ length }, (_, server) => fileOf(server));
    const lines = files.flatMap((file) => readFileSync(join(directory, file), 'utf8').split('\n').map(parsedLine));
    // Of each kind of line, a key that the others do not have.
    const those = <T>(key: string, schema: z.ZodType<T>): T[] =>
        lines.flatMap((line) => {
            if (typeof line !== 'object' || line === null || !(key in line)) return [];
            const parsed = schema.safeParse(line);
            return parsed.success ? [parsed.data] : [];
        });
    return {
        steps: those('choices', STEP),
        ran: those('ran', RAN),
        arrivals: those('label', ARRIVAL),
        interfaces: those('candid', INTERFACE),
        live: those('live', LIVE).length > 0
    };
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
