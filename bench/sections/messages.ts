/** What the replica adds to a message: `deposit` on it, beside the same method of the bare module. */
import { compare } from '../measure.ts';
import type { Rate } from '../measure.ts';
import { bareDeposits, LANGUAGES, replicaDeposits, subjectOf } from '../workloads.ts';
import type { Language } from '../workloads.ts';
import { sectionOf, shown, tableOf } from './section.ts';

interface Row {
    readonly language: string;
    readonly bareMessages: Rate;
    readonly messages: Rate;
    /** Time of a message on the replica, divided by its time on the bare module. */
    readonly overhead: number;
    readonly target: number;
    /** Messages with the IC's instruction metering, and their time divided by that of a message without it. */
    readonly instructionMessages: Rate;
    readonly instructionOverhead: number;
}

/** Issue D: at most so many times the bare module, with unit metering. */
const TARGETS = { motoko: 2.2, azle: 1.3 } as const;
const HEAD = ['language', 'bare messages/s', 'messages/s', 'ratio', 'target', 'counting instructions'];

async function measured(language: Language, seconds: number): Promise<Row> {
    const subject = await subjectOf(language);
    const { one, other, ratio } = compare(seconds, replicaDeposits(subject), bareDeposits(subject));
    const exact = await subjectOf(language, 'instructions');
    const counting = compare(seconds, replicaDeposits(exact), replicaDeposits(subject));
    return {
        language,
        bareMessages: other,
        messages: one,
        overhead: ratio,
        target: TARGETS[language],
        instructionMessages: counting.one,
        instructionOverhead: counting.ratio
    };
}

export const messages = sectionOf<readonly Row[]>({
    name: 'messages',
    about: 'vault.deposit(1): ingress, execution, commit, answer; undone in batches of 20; beside the bare module',
    run: async seconds => {
        const rows: Row[] = [];
        for (const language of LANGUAGES) rows.push(await measured(language, seconds));
        return rows;
    },
    render: rows => tableOf(HEAD, rows.map(row => [
        row.language, shown(row.bareMessages), shown(row.messages), `${row.overhead.toFixed(2)}x`, `${row.target}x`,
        `${shown(row.instructionMessages)}, ${row.instructionOverhead.toFixed(2)}x`
    ]))
});
