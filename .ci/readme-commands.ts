/**
 * The commands that the README shows, so that CI runs them and the README cannot rot. Run as a script it prints, for `.ci/run`,
 * one line a command: the exit code to expect, a tab, the command.
 *
 * In a ```sh block of the README every line that starts with `npm run` is such a command. A comment at its end may say
 * `# exit 1` when another exit code than 0 is the right one.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ReadmeCommand {
    readonly command: string;
    readonly exitCode: number;
    /** Line of the README, from 1. */
    readonly line: number;
}

const BLOCK = /^```sh\n([\s\S]*?)^```/gm;

/** The commands of a README, in its order, each once. Pure. */
export function readmeCommands(readme: string): ReadmeCommand[] {
    const commands = new Map<string, ReadmeCommand>();
    for (const block of readme.matchAll(BLOCK)) {
        const before = readme.slice(0, block.index).split('\n').length;
        (block[1] ?? '').split('\n').forEach((text, index) => {
            if (!text.startsWith('npm run ')) return;
            const [command = '', comment = ''] = text.split(/\s+#\s/, 2);
            const exitCode = Number(/^exit (\d+)/.exec(comment)?.[1] ?? 0);
            if (!commands.has(command)) commands.set(command, { command, exitCode, line: before + index + 1 });
        });
    }
    return [...commands.values()];
}

if (import.meta.main) {
    const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
    for (const { command, exitCode } of readmeCommands(readme)) console.log(`${exitCode}\t${command}`);
}
