/** Whether two journals are of one campaign: only then can one go on with the other, or be added to it. */
import type { JournalHeader } from './journal.ts';
import { JournalMismatchError } from './journal-errors.ts';
import { packed } from './packed.ts';

/** Options by where a header keeps them. */
const OPTIONS: Readonly<Record<string, string>> = {
    'choices.shrink': '--no-shrink',
    'choices.schedules': '--schedules',
    'choices.strategy': '--strategy',
    'choices.reduction': '--reduction',
    'choices.messagesMax': '--max-steps',
    'choices.switchesMax': '--max-switches',
    'choices.metering': '--metering',
    'choices.transitionTable': '--transition-table',
    'choices.checkDeterminism': '--check-determinism',
    'choices.marksBlocks': '--coverage branches',
    'choices.stepsMax': '--max-message-steps',
    'choices.budget': '--max-total-steps',
    'choices.limits': '--max-heap or --limit',
    'choices.limits.heapBytesMax': '--max-heap or --limit heapBytesMax'
};

/** Throws JournalMismatchError, which names what is not the same in two headers. */
export function sameCampaign(file: string, one: JournalHeader, other: JournalHeader): void {
    const differ = (what: string, a: unknown, b: unknown): void => {
        if (packed(a) !== packed(b)) throw new JournalMismatchError(file, what);
    };
    differ('the version of the tool', one.toolVersion, other.toolVersion);
    differ('the seed', one.seed, other.seed);
    const names = ({ jobs }: JournalHeader): string => jobs.map(each => `${each.scenario} ${each.language}`).join('\n');
    differ('the list of scenarios and languages', names(one), names(other));
    one.jobs.forEach((job, index) => {
        const { file: content, canisters, ...options } = job;
        const { file: otherContent, canisters: otherCanisters, ...otherOptions } = other.jobs[index]!;
        const name = `${job.scenario} ${job.language}`;
        canisters.forEach((each, at) => differ(`the build of ${each.name} in ${name}`, each, otherCanisters[at]));
        differ(`the file of ${name}`, content, otherContent);
        const option = firstDifference(options, otherOptions, []);
        if (option !== undefined) throw new JournalMismatchError(file, `${option} of ${name}`);
    });
}

/** `--schedules (400 and 900)`. What follows from an option comes after it in a header, so that the first difference is the cause. */
function firstDifference(one: unknown, other: unknown, path: readonly string[]): string | undefined {
    if (packed(one) === packed(other)) return undefined;
    if (isRecord(one) && isRecord(other)) {
        for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
            const found = firstDifference(one[key], other[key], [...path, key]);
            if (found !== undefined) return found;
        }
    }
    const place = path.join('.');
    return `${OPTIONS[place] ?? place.replace('choices.limits.', '--limit ')} (${textOf(one)} and ${textOf(other)})`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
    return typeof value === 'object' && value !== null;
}

function textOf(value: unknown): string {
    return value === undefined ? 'not given' : packed(value);
}
