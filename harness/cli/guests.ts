/**
 * Scenario files are guests: they are loaded into our threads, and what they do there besides declaring scenarios must neither
 * spoil the result on stdout nor pass for one. Called by the main thread and by every worker before a scenario file is loaded.
 */
import { Console } from 'node:console';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { guest } from '../check/guard.ts';
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

/** What tells the time or draws a number: in a pure function each is an error, not a result that nobody can repeat. */
const IMPURE: readonly (readonly [name: string, owner: object])[] = [
    ['Date.now', Date],
    ['Math.random', Math],
    ['performance.now', performance],
    ['crypto.randomUUID', crypto],
    ['crypto.getRandomValues', crypto],
    ['process.hrtime.bigint', process.hrtime],
    ['process.hrtime', process],
    ['process.uptime', process]
];

/**
 * For a thread that runs the functions of scenarios: while one runs, clocks and randomness throw, so that the error names the function
 * and the file. `process.exit` always throws, because it would end the thread and take the result of the scenario along.
 */
export function forbidImpurity(): void {
    for (const [name, owner] of IMPURE) {
        const method = name.slice(name.lastIndexOf('.') + 1);
        const original = Reflect.get(owner, method) as (...args: unknown[]) => unknown;
        const guarded = (...args: unknown[]): unknown => {
            if (guest.running) throw impure(name);
            return Reflect.apply(original, owner, args);
        };
        Object.defineProperty(owner, method, { value: Object.assign(guarded, original) });
    }
    globalThis.Date = new Proxy(Date, {
        construct(target, args, newTarget) {
            if (guest.running && args.length === 0) throw impure('new Date()');
            return Reflect.construct(target, args, newTarget) as object;
        },
        apply(target, self, args) {
            if (guest.running) throw impure('Date()');
            return Reflect.apply(target, self, args);
        }
    });
    Object.defineProperty(process, 'exit', {
        value: (code?: unknown): never => {
            throw new Error(`process.exit(${String(code ?? '')}) was called, which would end the run without a result`);
        }
    });
}

function impure(name: string): Error {
    return new Error(`${name} was called, which answers something else every time`);
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
