/** Interleavings a second and core, every message executed, with observations and invariants on. */
import { measure } from '../measure.ts';
import type { Rate } from '../measure.ts';
import { allSchedules, LANGUAGES, randomSchedules, subjectOf } from '../workloads.ts';
import { sectionOf, shown, tableOf, whole } from './section.ts';

interface Row {
    readonly language: string;
    readonly randomInterleavings: Rate;
    readonly exhaustiveInterleavings: Rate;
    readonly target: number;
}

/** Issue D, with every message executed. */
const TARGETS = { motoko: 50_000, azle: 1_000 } as const;
const HEAD = ['language', 'random interleavings/s', 'exhaustive interleavings/s', 'target'];

export const interleavings = sectionOf<readonly Row[]>({
    name: 'interleavings',
    about: 'two guarded withdrawals: 6 messages, 2 observe queries, 2 invariants judged at every commit',
    run: async seconds => {
        const rows: Row[] = [];
        for (const language of LANGUAGES) {
            const subject = await subjectOf(language);
            rows.push({
                language,
                randomInterleavings: measure(seconds, randomSchedules(subject)),
                exhaustiveInterleavings: measure(seconds, allSchedules(subject)),
                target: TARGETS[language]
            });
        }
        return rows;
    },
    render: rows => tableOf(HEAD, rows.map(row => [
        row.language, shown(row.randomInterleavings), shown(row.exhaustiveInterleavings), whole(row.target)
    ]))
});
