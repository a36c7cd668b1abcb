/** A process that judges: what crashes or hangs here is seen by its parent (`run.ts`). */
import { explorations } from './explorations.ts';
import type { Finding, Kind } from './kind.ts';
import { bases, modules } from './modules.ts';
import { programs } from './programs.ts';
import { requests } from './requests.ts';

/** From the parent: judge `runs` inputs of one kind. */
export interface Order {
    readonly kind: string;
    readonly seed: number;
    readonly runs: number;
}

/** To the parent: ready for the next order, with what the last one found. */
export interface Report {
    readonly finding?: Finding;
}

const KINDS: Readonly<Record<string, () => Promise<Kind>>> = {
    modules: async () => modules(await bases(true)),
    programs: () => Promise.resolve(programs),
    requests: () => Promise.resolve(requests),
    explorations: () => Promise.resolve(explorations)
};
const ready = new Map<string, Kind>();

async function judge({ kind: name, seed, runs }: Order): Promise<Report> {
    const make = KINDS[name];
    if (make === undefined) {
        throw new RangeError(`there is no kind ${name}`);
    }
    const kind = ready.get(name) ?? (await make());
    ready.set(name, kind);
    const finding = await kind.check(seed, runs);
    return finding === undefined ? {} : { finding };
}

process.on('message', (order: Order) => {
    judge(order).then(
        (report) => process.send?.(report),
        (error: unknown) => {
            process.stderr.write(`${String((error as Error).stack)}\n`);
            process.exitCode = 1;
            process.disconnect();
        }
    );
});
process.send?.({});
