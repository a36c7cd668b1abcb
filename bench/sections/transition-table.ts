/** Interleavings a second and core with the transition table: the same load as `interleavings`, off, on and checking. */
import { measure } from '../measure.ts';
import type { Rate } from '../measure.ts';
import { allSchedules, LANGUAGES, randomSchedules, subjectOf } from '../workloads.ts';
import { sectionOf, shown, tableOf, whole } from './section.ts';

interface Row {
    readonly language: string;
    readonly table: string;
    readonly randomInterleavings: Rate;
    readonly exhaustiveInterleavings: Rate;
    readonly target: number | undefined;
}

/** Issue D, with the table on. */
const TARGETS = { motoko: 100_000, azle: 20_000 } as const;
const HEAD = ['language', 'transition table', 'random interleavings/s', 'exhaustive interleavings/s', 'target'];

export const transitionTable = sectionOf<readonly Row[]>({
    name: 'transition-table',
    about: 'two guarded withdrawals, as in interleavings: messages executed, remembered, and executed again to compare',
    run: async seconds => {
        const rows: Row[] = [];
        for (const language of LANGUAGES) {
            for (const table of ['off', 'on', 'check'] as const) {
                const subject = await subjectOf(language, 'auto', table);
                rows.push({
                    language,
                    table,
                    randomInterleavings: measure(seconds, randomSchedules(subject)),
                    exhaustiveInterleavings: measure(seconds, allSchedules(subject)),
                    target: table === 'on' ? TARGETS[language] : undefined
                });
            }
        }
        return rows;
    },
    render: rows => tableOf(HEAD, rows.map(row => [
        row.language, row.table, shown(row.randomInterleavings), shown(row.exhaustiveInterleavings),
        row.target === undefined ? '' : whole(row.target)
    ]))
});
