/**
 * One worker against two, on the same campaigns, through the command itself: how much sooner it is over, and whether it says the same. On a
 * machine that does other things too, the time that passes tells little; what the threads computed tells how well the work was divided.
 *
 * A campaign has three parts. To start is to load, to deploy and to run one schedule. Then everything is slow until the engine has
 * compiled what is hot, which each thread does for itself: that is the first quarter here. The rest is what long campaigns consist of.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fuzz } from '../../harness/cli/fuzz.ts';
import type { FuzzOptions } from '../../harness/cli/options.ts';
import { GO_ON } from '../../harness/cli/protocol.ts';
import { paint } from '../../harness/report/paint.ts';
import { PATIENT_SECONDS, sectionOf, tableOf } from './section.ts';
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
    { about: 'one scenario', language: 'motoko', scenarios: ['withdraw-10/before'], schedulesASecond: 6_000 },
    {
        about: 'six scenarios',
        language: 'motoko',
        scenarios: ['append-text', 'vault-rollback', 'no-await', 'callee-gone', 'per-user-map/entries', 'late-answer'],
        schedulesASecond: 3_000
    },
    { about: 'one scenario', language: 'azle', scenarios: ['lock-withdraw/before'], schedulesASecond: 600 }
];
/** Start-up is a campaign of one schedule. */
const START_UP = 1;
/** Which part of a campaign the engine may take to compile what is hot. */
const WARM_UP = 1 / 4;
const PLAIN = paint(false);

interface Measured extends ThreadTimes {
    /** Seconds that passed. */
    readonly elapsed: number;
    readonly document: string;
}

interface Row {
    readonly language: string;
    readonly campaign: string;
    readonly part: 'start-up' | 'warming up' | 'exploring' | 'whole';
    /** Seconds that passed with one worker and with two. */
    readonly one: number;
    readonly two: number;
    readonly faster: number;
    /** Seconds that all threads together computed, with one worker and with two. */
    readonly all: readonly [number, number];
    /** How much less the busiest thread of two computes than the one of one; NaN where the system does not tell. */
    readonly divided: number;
    /** Whether both said the same. */
    readonly same: boolean;
}

/** What is explored: the words of the command, and those of its options that say it. */
interface Selection {
    readonly scenarios: readonly string[];
    readonly options: Pick<FuzzOptions, 'language' | 'schedules' | 'strategy'>;
}

function selectionOf({ scenarios, language }: Campaign, schedules: number): Selection {
    return { scenarios, options: { language, schedules, strategy: 'random' } };
}

async function measured(selection: Selection, workers: number, findings: string): Promise<Measured> {
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
        seed: 1,
        shrink: true,
        json: true,
        workers,
        findings,
        ...selection.options
    } as const;
    const started = performance.now();
    const times = await threadTimes(() => fuzz(selection.scenarios, options, context));
    const elapsed = (performance.now() - started) / 1000;
    const { timing: _timing, ...said } = JSON.parse(document) as { readonly timing: unknown };
    return { ...times, elapsed, document: JSON.stringify(said) };
}

/** A campaign with one worker, and with two. */
type Both = readonly [one: Measured, two: Measured];

async function rowsOf(campaign: Campaign, seconds: number, findings: string): Promise<readonly Row[]> {
    const schedules = Math.ceil(campaign.schedulesASecond * seconds);
    const both = async (count: number): Promise<Both> => {
        const selection = selectionOf(campaign, count);
        return [await measured(selection, 1, findings), await measured(selection, 2, findings)];
    };
    // The first run compiles what is not compiled yet.
    await measured(selectionOf(campaign, START_UP), 1, findings);
    const startUp = await both(START_UP);
    const warm = await both(Math.ceil(schedules * WARM_UP));
    const whole = await both(schedules);
    return [
        rowOf(campaign, 'start-up', startUp),
        rowOf(campaign, 'warming up', warm, startUp),
        rowOf(campaign, 'exploring', whole, warm),
        rowOf(campaign, 'whole', whole)
    ];
}

/** All scenarios in both languages, as `npm run fuzz` explores them, in four minutes; all of it is compiled before. */
async function catalogueRow(findings: string): Promise<Row> {
    const everything: Selection = { scenarios: [], options: {} };
    await measured({ scenarios: [], options: { schedules: START_UP } }, 2, findings);
    const both: Both = [await measured(everything, 1, findings), await measured(everything, 2, findings)];
    return rowOf({ about: 'whole catalogue', language: 'both' }, 'whole', both);
}

/** What comes after `before`, a shorter campaign. */
function rowOf(
    campaign: Pick<Campaign, 'about'> & Pick<Row, 'language'>, part: Row['part'], whole: Both, before?: Both
): Row {
    const since = (of: (measured: Measured) => number): [number, number] => {
        const [one, two] = whole.map((each, index) => of(each) - (before === undefined ? 0 : of(before[index]!)));
        return [one!, two!];
    };
    const [one, two] = since(({ elapsed }) => elapsed);
    const [busy, busiest] = since(({ workers }) => workers[0] ?? NaN);
    return {
        language: campaign.language,
        campaign: campaign.about,
        part,
        one,
        two,
        faster: one / two,
        all: since(({ all }) => all),
        divided: busy / busiest,
        same: whole[0].document === whole[1].document
    };
}

const HEAD = [
    'language', 'campaign', 'part', '1 worker s', '2 workers s', 'ratio', 'busiest thread', 'computed s', 'same'
];

function cellsOf({ language, campaign, part, one, two, faster, divided, all, same }: Row): readonly string[] {
    const numbers = [one, two, faster, divided].map(each => each.toFixed(2));
    const computed = all.map(each => each.toFixed(1)).join(' / ');
    return [language, campaign, part, ...numbers, computed, same ? 'yes' : 'NO'];
}

export const workers = sectionOf<readonly Row[]>({
    name: 'workers',
    about: 'one worker against two: how much sooner it is over; with --seconds 10 the whole catalogue too',
    run: async seconds => {
        // As the command does.
        module.enableCompileCache();
        const findings = mkdtempSync(join(tmpdir(), 'interleave-bench-'));
        try {
            const rows: Row[] = [];
            for (const campaign of CAMPAIGNS) rows.push(...(await rowsOf(campaign, seconds, findings)));
            if (seconds >= PATIENT_SECONDS) rows.push(await catalogueRow(findings));
            return rows;
        } finally {
            rmSync(findings, { recursive: true });
        }
    },
    render: rows => `${tableOf(HEAD, rows.map(cellsOf))}
"ratio" means something where two cores are idle, "busiest thread" anywhere: how much less it computes`
});
