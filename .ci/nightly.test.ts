/** What the nightly workflow calls exists: it runs where nobody looks, and would otherwise be found broken in the morning. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { nightlySteps } from './nightly-steps.ts';
import { optionsMissing, scriptsMissing } from './tidy/docs-rules.ts';
import { fileAt } from './tidy/tree.ts';

const root = join(import.meta.dirname, '..');
const workflow = fileAt(root, '.github/workflows/nightly.yml');
const steps = nightlySteps(workflow.text);
const commands = steps
    .flatMap(({ script }) => [...script.matchAll(/npm run (\w+) -- (.*)/g)])
    // Not of the command line: selffuzz/test/ calls it with these options.
    .filter(([, command]) => command !== 'selffuzz');

/** By command: an option of `serve` is none of `fuzz`. */
const help: Readonly<Record<string, string>> = Object.fromEntries(
    ['fuzz', 'repro', 'merge'].map(command => {
        const line = ['harness/cli/interleave.mjs', command, '--help'];
        return [command, spawnSync(process.execPath, line, { cwd: root, encoding: 'utf8' }).stdout];
    })
);

describe('the nightly workflow', () => {
    it('replays what is committed, then fuzzes each backend', () => {
        expect(steps.map(({ job, name }) => `${job}: ${name}`)).toEqual([
            'embedded: replay the committed races',
            'embedded: fuzz the embedded replica',
            'embedded: fuzz through agents, on a server of our own',
            'tests: run every test',
            'tests: fuzz exploration itself',
            'long: kill a campaign a thousand times',
            'long: explore a million schedules',
            'long: explore schedules of ten calls, which hardly ever come twice',
            'long: drop a thousand instances of the PocketIC server',
            'shards: fuzz a shard',
            'merge: merge the shards',
            'dfx: install dfx',
            'dfx: start the replica',
            'dfx: fuzz through agents, on the replica of dfx',
            'pocketic: fuzz on PocketIC'
        ]);
    });

    it('uses commands and options that exist', () => {
        const { scripts } = JSON.parse(fileAt(root, 'package.json').text) as { readonly scripts: object };
        expect(scriptsMissing([workflow], Object.keys(scripts))).toEqual([]);
        const names = commands.map(([, command]) => command);
        expect(names).toEqual(['repro', 'fuzz', 'fuzz', 'fuzz', 'merge', 'fuzz', 'fuzz']);
        for (const [, command = '', rest = ''] of commands) {
            const line = { path: workflow.path, text: `npm run ${command} -- ${rest}` };
            expect(optionsMissing([line], help[command]!)).toEqual([]);
            expect(optionsMissing([{ ...line, text: `${line.text} --frobnicate` }], help[command]!)).toHaveLength(1);
        }
    });

    it('uses options of long scripts that exist', () => {
        const { scripts } = JSON.parse(fileAt(root, 'package.json').text) as { scripts: Record<string, string> };
        const lines = steps.flatMap(({ script }) => [...script.matchAll(/npm run (bench:\w+) -- (.*)/g)]);
        const options = Map.groupBy(lines, ([, name = '']) => name);
        expect([...options.keys()]).toEqual(['bench:kills', 'bench:million']);
        for (const [name, used] of options) {
            const [, file = ''] = scripts[name]!.split(' ');
            const { stdout } = spawnSync(process.execPath, [file, '--help'], { cwd: root, encoding: 'utf8' });
            const given = used.flatMap(([, , rest = '']) => rest.match(/--[a-z]+/g) ?? []);
            expect(stdout.match(/--[a-z]+/g)).toEqual(expect.arrayContaining(given));
        }
    });

    it('says its seed wherever it draws one, and uploads findings whatever happened', () => {
        const seeded = steps.filter(({ script }) => /--seed "\$seed"/i.test(script));
        expect(seeded).toHaveLength(6);
        expect(seeded.filter(({ script }) => !/^ *echo "seed \$seed"\n/im.test(script))).toEqual([]);
        expect(workflow.text.match(/upload-artifact@v4\n {8}if: always\(\)\n/g)).toHaveLength(4);
    });

    it('sets every variable that a step uses', () => {
        const named = /\b(?:(?<=\$)[A-Z][A-Z0-9_]+|(?<=\(\(.*)[A-Z]+)\b/g;
        const used = new Set(steps.flatMap(({ script }) => script.match(named) ?? []));
        const set = [...workflow.text.matchAll(/^ +([A-Z][A-Z0-9_]+): \S/gm)].map(([, name]) => name!);
        expect([...used].filter(name => !set.includes(name))).toEqual(['HOME', 'GITHUB_PATH']);
    });
});
