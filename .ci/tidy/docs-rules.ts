/** Rules that keep the documents true: what they name must exist. */
import type { Finding, SourceText } from './finding.ts';

/** Every `npm run NAME` and `npm test` that a document mentions is a script of package.json. */
export function scriptsMissing(documents: readonly SourceText[], scripts: readonly string[]): Finding[] {
    return findMentions(documents, /\bnpm (?:run ([\w:-]+)|(test|start)\b)/g)
        .filter(({ name }) => !scripts.includes(name))
        .map(({ file, line, name }) => ({
            file,
            line,
            problem: `package.json has no script "${name}"`,
            fix: `Correct the command; there are ${scripts.join(', ')}.`
        }));
}

/** Every `harness/...` room stands in ARCHITECTURE.md, so that the map has no white spots. */
export function roomsMissing(architecture: SourceText, rooms: readonly string[]): Finding[] {
    return rooms
        .filter(room => !architecture.text.includes(`harness/${room}/`))
        .map(room => ({
            file: architecture.path,
            line: 1,
            problem: `harness/${room}/ is not described`,
            fix: 'Add the room to the table of "The house": what it holds and what it may import.'
        }));
}

// Below the root only lower case: NAME and FAMILY are placeholders.
const OURS = /^(?:\.\/)?((?:harness|invariants|canisters|bench|selffuzz|\.ci|\.github)\/[a-z0-9_./-]+|[\w.-]+\.(?:md|ts|js|json))$/;

/** Every path of this repository in backticks or in a link leads somewhere. `exists` is told paths relative to the root. */
export function pathsMissing(documents: readonly SourceText[], exists: (path: string) => boolean): Finding[] {
    return findMentions(documents, /`([^`\s]+)`|\]\(([^)#\s]+)[^)]*\)/g)
        .map(mention => ({ ...mention, path: OURS.exec(mention.name)?.[1] }))
        .filter(({ path }) => path !== undefined && !exists(path))
        .map(({ file, line, name }) => ({
            file,
            line,
            problem: `${name} does not exist`,
            fix: 'Correct the path, or write a placeholder in capitals or with an asterisk.'
        }));
}

/** Every long option that a document passes to a command of ours is in that command's help. */
export function optionsMissing(documents: readonly SourceText[], help: string): Finding[] {
    const known = new Set(help.match(/--[a-z][\w-]*/g));
    const commands = findMentions(documents, /\b(npm run (?:fuzz|repro|build|merge) -- [^`\n]*)/g);
    return commands.flatMap(({ file, line, name: command }) =>
        [...command.matchAll(/ (--[a-z][\w-]*)/g)]
            .map(([, option]) => option ?? '')
            .filter(option => !known.has(option))
            .map(option => ({
                file,
                line,
                problem: `no command has the option ${option}`,
                fix: 'Correct it; the help of each command lists its options.'
            }))
    );
}

interface Mention {
    readonly file: string;
    readonly line: number;
    /** The first group of the pattern that took part. */
    readonly name: string;
}

function findMentions(documents: readonly SourceText[], pattern: RegExp): Mention[] {
    return documents.flatMap(({ path, text }) =>
        text.split('\n').flatMap((line, index) =>
            [...line.matchAll(pattern)].map(match => ({
                file: path,
                line: index + 1,
                name: match.slice(1).find(group => group !== undefined) ?? ''
            }))
        )
    );
}
