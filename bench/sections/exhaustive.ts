/**
 * Every legal schedule of 2 to 5 concurrent withdrawals, and with up to one rejected transfer: how many are run, how many they stand
 * for, and what one costs, which does not grow with the calls. Seconds are the thread's own processor time: see `measure.ts`.
 */
import { Exhaustive } from '../../harness/explore/strategy/exhaustive.ts';
import { MergedExhaustive } from '../../harness/explore/strategy/exhaustive-merged.ts';
import { ReducedExhaustive } from '../../harness/explore/strategy/exhaustive-reduced.ts';
import type { Strategy } from '../../harness/explore/strategy/strategy.ts';
import { randomSource } from '../../harness/explore/random.ts';
import type { Walk } from '../../harness/explore/walk.ts';
import { rejects } from '../../harness/index.ts';
import { withdraw } from '../../invariants/lib/vault.ts';
import { LANGUAGES, subjectOf, walkOf } from '../workloads.ts';
import type { Language } from '../workloads.ts';
import { PATIENT_SECONDS, sectionOf, tableOf, whole } from './section.ts';

type Reduction = 'none' | 'dpor' | 'merge';

interface Row {
    readonly language: string;
    readonly calls: number;
    /** How many transfers may be rejected in a schedule. */
    readonly rejects: number;
    readonly reduction: Reduction;
    /** Schedules that were run to their end, and how many legal ones they stand for. */
    readonly run: number;
    readonly standFor: number;
    readonly seconds: number;
}

const ACTORS = ['alice', 'bob', 'carol', 'dave', 'erin'];
/** Without reduction, and with it: what a benchmark has the time for. With 5 calls there are 10,511,400 schedules. */
const CALLS_MAX: Readonly<Record<Language, Readonly<Record<Reduction, number>>>> = {
    motoko: { none: 4, dpor: 4, merge: 4 },
    azle: { none: 3, dpor: 4, merge: 4 }
};
/** With up to one rejected transfer. */
const CALLS_MAX_REJECTED: Readonly<Record<Reduction, number>> = { none: 3, dpor: 3, merge: 4 };
const WARM_CALLS = 3;
const HEAD = [
    'language', 'calls', 'rejects', 'reduction', 'schedules run', 'stand for', 'seconds', 'us/schedule run', 'covered/s'
];

function strategyOf(walk: Walk, reduction: Reduction): Strategy {
    switch (reduction) {
        case 'none':
            return new Exhaustive();
        case 'dpor':
            return new ReducedExhaustive(walk);
        case 'merge':
            return new MergedExhaustive(walk);
    }
}

async function enumerated(
    language: Language, calls: number, reduction: Reduction, rejected = 0
): Promise<Row> {
    const faults = rejected === 0 ? [] : [rejects({ callee: 'ledger', method: 'transfer', max: rejected })];
    const walk = walkOf(
        await subjectOf(language, 'auto', 'on', faults),
        ACTORS.slice(0, calls).map(actor => withdraw('guarded', actor, 10n))
    );
    const strategy = strategyOf(walk, reduction);
    const random = randomSource(1, 'bench/exhaustive', 'schedule')(0);
    const started = process.threadCpuUsage();
    let [run, standFor] = [0, 0];
    for (; walk.run(strategy, random) !== undefined; run++) {
        const { standing, checks } = walk;
        if (checks.violations.length > 0) throw new Error(`the guarded vault breaks: ${checks.violations[0]!.message}`);
        standFor = (standing?.anew === true ? 0 : standFor) + (standing?.schedules ?? 1);
    }
    standFor += strategy.left?.()?.schedules ?? 0;
    const { user, system } = process.threadCpuUsage(started);
    const seconds = (user + system) / 1e6;
    return { language, calls, rejects: rejected, reduction, run, standFor, seconds };
}

export const exhaustive = sectionOf<readonly Row[]>({
    name: 'exhaustive',
    about: 'every legal schedule of concurrent guarded withdrawals; with --seconds 10 more of them',
    run: async seconds => {
        const rows: Row[] = [];
        // Motoko enumerates 5 calls too then, with reduction, and Azle 4 with a rejected transfer.
        const isPatient = seconds >= PATIENT_SECONDS;
        for (const language of LANGUAGES) {
            // What a few schedules cost would else be what the engine takes to get going.
            await enumerated(language, WARM_CALLS, 'merge');
            for (const reduction of ['none', 'dpor', 'merge'] as const) {
                const hasTime = isPatient && language === 'motoko' && reduction !== 'none';
                const most = hasTime ? ACTORS.length : CALLS_MAX[language][reduction];
                for (let calls = 2; calls <= most; calls++) rows.push(await enumerated(language, calls, reduction));
            }
        }
        for (const reduction of ['none', 'dpor', 'merge'] as const) {
            for (let calls = 2; calls <= CALLS_MAX_REJECTED[reduction]; calls++) {
                rows.push(await enumerated('motoko', calls, reduction, 1));
            }
        }
        if (isPatient) rows.push(await enumerated('azle', CALLS_MAX_REJECTED.merge, 'merge', 1));
        return rows;
    },
    render: rows => tableOf(HEAD, rows.map(row => [
        row.language, whole(row.calls), whole(row.rejects), row.reduction, whole(row.run), whole(row.standFor),
        row.seconds.toFixed(2), whole((row.seconds * 1e6) / row.run), whole(row.standFor / row.seconds)
    ]))
});
