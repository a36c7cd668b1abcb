/**
 * The steps of the nightly workflow, so that CI runs those that need no download, and a test reads all of them. Run as a script it
 * prints, for `.ci/run`, those of the job `embedded`: name and script of each, each ended by a NUL.
 *
 * Reads as much of YAML as the workflow uses: two spaces a level, `name:` first in a step, scripts in one line or after `|`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Step {
    readonly job: string;
    readonly name: string;
    readonly script: string;
}

const JOB = /^ {2}([\w-]+):$/;
const NAME = /^ {6}- name: (.+)$/;
const RUN = /^ {8}run: (.+)$/;
const INDENT = ' '.repeat(10);

/** Named steps that run a script, in their order. Pure. */
export function nightlySteps(workflow: string): Step[] {
    const steps: Step[] = [];
    let [job, name] = ['', ''];
    const lines = workflow.slice(workflow.indexOf('\njobs:\n')).split('\n');
    for (const [at, line] of lines.entries()) {
        job = JOB.exec(line)?.[1] ?? job;
        name = NAME.exec(line)?.[1] ?? name;
        const [, run] = RUN.exec(line) ?? [];
        if (run === undefined) continue;
        steps.push({ job, name, script: run === '|' ? blockAfter(lines, at) : run });
    }
    return steps;
}

function blockAfter(lines: readonly string[], at: number): string {
    const rest = lines.slice(at + 1);
    const end = rest.findIndex(line => !line.startsWith(INDENT));
    return rest.slice(0, end < 0 ? rest.length : end).map(line => line.slice(INDENT.length)).join('\n');
}

if (import.meta.main) {
    const workflow = readFileSync(join(import.meta.dirname, '../.github/workflows/nightly.yml'), 'utf8');
    const steps = nightlySteps(workflow).filter(({ job }) => job === 'embedded');
    process.stdout.write(steps.map(({ name, script }) => `${name}\0${script}\0`).join(''));
}
