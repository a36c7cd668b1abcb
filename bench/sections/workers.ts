/**
 * One worker against two, on the same campaigns, through the command itself: how much sooner it is over, and whether it says the same. On a
 * machine that does other things too, the time that passes tells little; what each thread computed tells how well the work was divided.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fuzz } from '../../harness/cli/fuzz.ts';
import { GO_ON } from '../../harness/cli/protocol.ts';
import { paint } from '../../harness/report/paint.ts';
import { sectionOf, tableOf } from './section.ts';
import { threadTimes } from './thread-times.ts';
import type { ThreadTimes } from './thread-times.ts';

interface Campaign {
    readonly about: string;
    readonly language: 'motoko' | 'azle';
    readonly scenarios: readonly string[];
    /** Schedules of each scenario for each second that the benchmark may take. */
    readonly schedulesASecond: number;
}

const CAMPAIGNS: readonly Campaign[] = [
    { about: 'one scenario', language: 'motoko', scenarios: ['withdraw-10/before'], schedulesASecond: 4_000 },
    {
        about: 'six scenarios',
        language: 'motoko',
        scenarios: ['append-text', 'vault-rollback', 'no-await', 'callee-gone', 'per-user-map/entries', 'late-answer'],
        schedulesASecond: 1_500
    },
    { about: 'one scenario', language: 'azle', scenarios: ['lock-withdraw/before'], schedulesASecond: 600 }
];
/** Start-up is a campaign of one schedule. */
const START_UP = 1;
const PLAIN = paint(false);

interface Measured extends ThreadTimes {
    /** Seconds that passed. */
    readonly elapsed: number;
    readonly document: string;
}

interface Row {
    readonly language: string;
    readonly campaign: string;
    readonly part: 'start-up' | 'whole' | 'exploring';
    /** Seconds that passed with one worker and with two. */
    readonly one: number;
    readonly two: number;
    readonly faster: number;
    /** How much less the busiest thread of two computes than the one of one; NaN where the system does not tell. */
    readonly divided: number;
    /** Seconds that all threads together computed, with one worker and with two. */
    readonly all: readonly [number, number];
    /** Whether both said the same. */
    readonly same: boolean;
}

async function measured(campaign: Campaign, schedules: number, workers: number, findings: string): Promise<Measured> {
    let document = '';
    const quiet = (): void => undefined;
    const streams = {
        out: (text: string) => void (document = text),
        note: quiet, status: quiet, milestone: quiet, reminder: quiet, outPaint: PLAIN, errPaint: PLAIN
    };
    const flag = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)).fill(GO_ON);
    const context = {
        streams,
        interrupts: { flag, interrupted: () => false, onFirst: quiet },
        toolVersion: 'bench'
    };
    const options = {
        project: join(import.meta.dirname, '../..'),
        scenarios: 'invariants/**/*.invariant.ts',
        language: campaign.language,
        strategy: 'random',
        seed: 1,
        shrink: true,
        json: true,
        schedules,
        workers,
        findings
    } as const;
    const started = performance.now();
    const times = await threadTimes(() => fuzz(campaign.scenarios, options, context));
    const elapsed = (performance.now() - started) / 1000;
    const { timing: _timing, ...said } = JSON.parse(document) as { readonly timing: unknown };
    return { ...times, elapsed, document: JSON.stringify(said) };
}

async function rowsOf(campaign: Campaign, seconds: number, findings: string): Promise<readonly Row[]> {
    const schedules = Math.ceil(campaign.schedulesASecond * seconds);
    const run = (count: number, workers: number): Promise<Measured> => measured(campaign, count, workers, findings);
    // The first run compiles what is not compiled yet.
    await run(START_UP, 1);
    const startUp = rowOf(campaign, 'start-up', await run(START_UP, 1), await run(START_UP, 2));
    const all = rowOf(campaign, 'whole', await run(schedules, 1), await run(schedules, 2));
    const one = all.one - startUp.one;
    const two = all.two - startUp.two;
    return [startUp, { ...all, part: 'exploring', one, two, faster: one / two }, all];
}

function rowOf(campaign: Campaign, part: 'start-up' | 'whole', one: Measured, two: Measured): Row {
    return {
        language: campaign.language,
        campaign: campaign.about,
        part,
        one: one.elapsed,
        two: two.elapsed,
        faster: one.elapsed / two.elapsed,
        divided: (one.workers[0] ?? NaN) / (two.workers[0] ?? NaN),
        all: [one.all, two.all],
        same: one.document === two.document
    };
}

const HEAD = [
    'language', 'campaign', 'part', '1 worker s', '2 workers s', 'ratio', 'busiest thread', 'computed s', 'same'
];

function cellsOf({ language, campaign, part, one, two, faster, divided, all, same }: Row): readonly string[] {
    const computed = all.map(each => each.toFixed(1)).join(' / ');
    const threads = part === 'exploring' ? ['', ''] : [divided.toFixed(2), computed];
    const times = [one, two, faster].map(each => each.toFixed(2));
    return [language, campaign, part, ...times, ...threads, same ? 'yes' : 'NO'];
}

export const workers = sectionOf<readonly Row[]>({
    name: 'workers',
    about: 'one worker against two: how much sooner it is over, and how much less the busiest thread computes',
    run: async seconds => {
        // As the command does.
        module.enableCompileCache();
        const findings = mkdtempSync(join(tmpdir(), 'interleave-bench-'));
        try {
            const rows: Row[] = [];
            for (const campaign of CAMPAIGNS) rows.push(...(await rowsOf(campaign, seconds, findings)));
            return rows;
        } finally {
            rmSync(findings, { recursive: true });
        }
    },
    render: rows => `${tableOf(HEAD, rows.map(cellsOf))}
"ratio" means something where two cores are idle, "busiest thread" anywhere: how much less it computes`
});
