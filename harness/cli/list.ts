/** `fuzz --list`: the scenarios, without building anything. */
import Table from 'cli-table3';
import { expectationText } from '../explore/verdict.ts';
import { jsonText } from '../report/json.ts';
import type { Paint } from '../report/paint.ts';
import { PLAIN_TABLE } from '../report/table.ts';
import { plain } from '../report/text.ts';
import type { Language } from '../scenario/types.ts';
import type { LoadedScenario } from './scenario-files.ts';

export interface ListedScenario {
    readonly loaded: LoadedScenario;
    /** Languages that it runs in here; empty when the project has not its canisters. */
    readonly languages: readonly Language[];
}

/** The list as a table, one scenario a line. Pure. */
export function listText(listed: readonly ListedScenario[], paint: Paint): string {
    const table = new Table({ ...PLAIN_TABLE, head: ['scenario', 'languages', 'expected', 'about'].map(paint.dim) });
    for (const { loaded, languages } of listed) {
        const { id, about } = loaded.scenario;
        table.push([
            plain(id),
            languages.join(', ') || '-',
            plain(expectationText(loaded.scenario) ?? '-'),
            plain(about)
        ]);
    }
    return `${table
        .toString()
        .split('\n')
        .map(line => line.trimEnd())
        .join('\n')}\n`;
}

/** The list as a JSON document. Pure. */
export function listJson(listed: readonly ListedScenario[]): string {
    return jsonText({
        format: 'interleave-scenarios',
        version: 1,
        scenarios: listed.map(({ loaded, languages }) => ({
            scenario: loaded.scenario.id,
            about: loaded.scenario.about,
            file: loaded.file,
            languages,
            expected: expectationText(loaded.scenario) ?? null
        }))
    });
}
