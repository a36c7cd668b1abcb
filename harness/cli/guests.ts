/**
 * Scenario files are guests: they are loaded into our threads, and what they do there besides declaring scenarios must neither
 * spoil the result on stdout nor pass for one. Called by the main thread and by every worker before a scenario file is loaded.
 */
import { Console } from 'node:console';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StrayError } from './errors.ts';

/** Node says this for each scenario file of a project whose package.json has no "type": most dfx projects, and nothing is wrong. */
const MUTED_WARNING = 'MODULE_TYPELESS_PACKAGE_JSON';
const HARNESS = resolve(import.meta.dirname, '..');

/** `console.log` of a scenario file goes to stderr, because stdout holds the result only; harmless warnings are not shown. */
export function hostGuests(): void {
    globalThis.console = new Console({ stdout: process.stderr, stderr: process.stderr });
    const listeners = process.listeners('warning');
    process.removeAllListeners('warning');
    process.on('warning', warning => {
        if ((warning as NodeJS.ErrnoException).code === MUTED_WARNING) return;
        for (const listener of listeners) listener(warning);
    });
}

/**
 * What was thrown outside of everything that we wait for: a timer or a promise that a scenario file left behind becomes an error
 * of that file, anything else stays what it is, a bug of ours. Pure.
 */
export function strayError(thrown: unknown): unknown {
    const { stack } = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as { readonly stack?: unknown };
    const place = typeof stack === 'string' ? /(file:\/\/[^\s()]+?):(\d+):\d+/.exec(stack) : null;
    if (place === null) return thrown;
    const file = fileURLToPath(place[1]!);
    return file.startsWith(HARNESS) || file.includes('node_modules')
        ? thrown
        : new StrayError(`${file}:${place[2]}`, thrown);
}
