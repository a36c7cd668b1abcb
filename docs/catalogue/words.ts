/** How the page words results. Pure. */
import type { CampaignResult } from '../../harness/explore/results.ts';
import { count, grouped } from '../../harness/report/text.ts';
import type { Explored } from './explore.ts';
import type { Judged } from './row.ts';

const LANGUAGES: Readonly<Record<string, string>> = { motoko: 'Motoko', azle: 'Azle', custom: 'WAT' };

/** `Motoko`, `Azle`, `WAT`. */
export function languageName(language: string): string {
    return LANGUAGES[language] ?? language;
}

/** Code in Markdown. */
export function code(text: string): string {
    return `\`${text.replaceAll('`', "'")}\``;
}

/** `holds`, `breaks conservation`, `exactly 12 outcomes`; any other verdict by its name. */
export function verdictWords({ result }: Explored): string {
    const { verdict, broken, outcomes, expected } = result;
    if (verdict === 'violated') return `**breaks** ${broken.map(({ name }) => code(name)).join(', ')}`;
    if (verdict !== 'passed') return `**${verdict}**`;
    if (expected !== 'observe') return 'holds';
    return `exactly ${count((outcomes ?? []).length, 'outcome')}`;
}

/** How many schedules were run, and which. */
export function schedulesWords({ strategy, exhaustive, stats, verdict }: CampaignResult): string {
    const schedules = grouped(stats.schedules);
    if (strategy === 'production') return `${schedules}, production order`;
    if (exhaustive) {
        const { standsFor: legal = { schedules: stats.schedules, exact: true } } = stats;
        if (!legal.exact) return `${schedules}, for all of at least ${grouped(legal.schedules)}`;
        if (legal.schedules === 1) return '1, there is no other';
        const all = `all ${grouped(legal.schedules)}`;
        return legal.schedules === stats.schedules ? all : `${schedules}, for ${all}`;
    }
    if (strategy !== 'exhaustive') return `${schedules}, sampled`;
    return verdict === 'violated' ? `${schedules}, enumerated until after the violation` : `${schedules}, enumerated`;
}

/** `2 calls, 0 faults, 1 context switch`. */
export function sizeWords({ calls, faults, switches }: NonNullable<CampaignResult['finding']>): string {
    const size = [count(calls.length, 'call'), count(faults, 'fault'), count(switches, 'context switch')].join(', ');
    return size.replace('context switchs', 'context switches');
}

/** What was made of the published text. */
export function judgedWords(judged: Judged): string {
    switch (judged) {
        case 'confirmed':
            return 'Confirmed';
        case 'refuted':
            return 'Refuted';
        case 'limited':
            return 'True of some schedules only';
        case 'answered':
            return 'Answer';
    }
}
