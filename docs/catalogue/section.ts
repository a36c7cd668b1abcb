/** One row of the catalogue as Markdown. Pure. */
import { mermaidLines } from '../../harness/report/mermaid.ts';
import type { Explored } from './explore.ts';
import type { Row } from './row.ts';
import { scenariosOf } from './texts.ts';
import { code, judgedWords, languageName, schedulesWords, sizeWords, verdictWords } from './words.ts';

/** More outcomes than this are folded away. */
const OUTCOMES_OPEN = 8;

/** Heading, claim, verdicts, minimal schedules, outcomes and fix. `all` holds every outcome of every scenario. */
export function rowSection(row: Row, all: readonly Explored[]): string {
    const own = scenariosOf(row).flatMap((id) => of(all, id));
    const parts = [
        `### ${row.id}`,
        `*Published or asked:* ${row.claim}`,
        `*${judgedWords(row.judged)}:* ${row.shown}`,
        ...(row.languages === undefined ? [] : [row.languages]),
        verdicts(own),
        ...[row.id, ...(row.also ?? [])].flatMap((id) => [...diagrams(of(all, id)), ...outcomes(of(all, id))]),
        ...fix(row, all)
    ];
    return parts.join('\n\n');
}

function of(all: readonly Explored[], id: string): readonly Explored[] {
    return all.filter(({ result }) => result.scenario === id);
}

function verdicts(own: readonly Explored[]): string {
    const lines = own.map((each) => {
        const { scenario, about } = each.result;
        const link = `[${code(scenario)}](../${each.file} "${about.replaceAll('"', "'")}")`;
        const cells = [link, languageName(each.language), verdictWords(each), schedulesWords(each.result)];
        return `| ${cells.join(' | ')} |`;
    });
    return ['| scenario | language | verdict | schedules |', '|---|---|---|---|', ...lines].join('\n');
}

/** The minimal schedule of each language; once when the diagrams are the same. */
function diagrams(runs: readonly Explored[]): string[] {
    const drawn = new Map<string, Explored[]>();
    for (const run of runs) {
        if (run.result.finding === undefined) continue;
        const diagram = mermaidLines(run.result.finding).join('\n');
        drawn.set(diagram, [...(drawn.get(diagram) ?? []), run]);
    }
    return [...drawn].flatMap(([diagram, same]) => {
        const { scenario, finding } = same[0]!.result;
        const languages = same.map(({ language }) => languageName(language)).join(' and ');
        const size = sizeWords(finding!);
        return [
            `Minimal schedule of ${code(scenario)} in ${languages}: ${size}.`,
            `\`\`\`mermaid\n${diagram}\n\`\`\``
        ];
    });
}

/** The outcomes of scenarios that state them; once when the languages have the same, as they should. */
function outcomes(runs: readonly Explored[]): string[] {
    const sets = new Map<string, { readonly size: number; readonly scenario: string; readonly languages: string[] }>();
    for (const { result, language } of runs) {
        if (result.outcomes === undefined) continue;
        const list = result.outcomes.map(({ text }) => `- ${code(text)}`).join('\n');
        const known = sets.get(list);
        if (known !== undefined) known.languages.push(languageName(language));
        else {
            const languages = [languageName(language)];
            sets.set(list, { size: result.outcomes.length, scenario: result.scenario, languages });
        }
    }
    return [...sets].map(([list, { size, scenario, languages }]) => {
        const title = `Outcomes of ${code(scenario)} in ${languages.join(' and ')}`;
        if (size <= OUTCOMES_OPEN) return `${title}, all reached and no other:\n\n${list}`;
        const summary = `${title.replace(/`([^`]*)`/, '<code>$1</code>')}: ${size}, all reached and no other`;
        return `<details><summary>${summary}</summary>\n\n${list}\n\n</details>`;
    });
}

function fix(row: Row, all: readonly Explored[]): string[] {
    if (row.fix === undefined) return [];
    const runs = of(all, row.fix.scenario).map((each) => {
        return `${verdictWords(each)} in ${languageName(each.language)} (${schedulesWords(each.result)})`;
    });
    return [`*Fix:* ${row.fix.how}. ${code(row.fix.scenario)}: ${runs.join('; ')}.`];
}
