/** The command line: wires arguments, signals and exit codes. The only place that ends the process. */
import { createRequire } from 'node:module';
import { CommanderError } from 'commander';
import { EndedByScenarioError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { explainFailure } from './failure.ts';
import { hostGuests, strayError } from './guests.ts';
import { watchInterrupts } from './interrupts.ts';
import { commandLine } from './options.ts';
import { processStreams } from './streams.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { readonly version: string };

const streams = processStreams();
const interrupts = watchInterrupts(() => {
    streams.note('stopped at once; schedule files written so far are kept');
    end(EXIT.interrupted);
});
const context = { streams, interrupts, toolVersion: version };

let ended = false;
hostGuests();
process.on('uncaughtException', thrown => end(failureCode(strayError(thrown))));
process.on('exit', code => {
    // Otherwise a scenario file that calls process.exit(0) would look like success, with nothing run.
    if (!ended) process.exitCode = failureCode(new EndedByScenarioError(String(code)));
});

let exitCode: number = EXIT.internal;
try {
    const program = commandLine(
        version,
        {
            // Loaded when needed: `--help` and a mistyped option answer at once, without the compilers and the replica.
            fuzz: async (names, options) => (await import('./fuzz.ts')).fuzz(names, options, context),
            repro: async (file, options) => (await import('./repro.ts')).repro(file, options, context),
            merge: async (files, options) => (await import('./merge.ts')).merge(files, options, context),
            build: async (canisters, options) => (await import('./build.ts')).build(canisters, options, context),
            serve: async options => (await import('./serve.ts')).serve(options, context),
            pocketIc: async options => (await import('./pocket-ic.ts')).pocketIc(options, context),
            fuzzTests: async (command, options) =>
                (await import('./fuzz-tests.ts')).fuzzTests(command, options, context)
        },
        code => {
            exitCode = code;
        }
    );
    await program.parseAsync();
} catch (error) {
    exitCode = failureCode(error);
}
// Not left to the event loop: a compiler's or a worker's handle that stays open must not keep a finished run alive.
end(exitCode);

function end(code: number): never {
    ended = true;
    process.exit(code);
}

/** Says what went wrong on stderr, unless commander did already, and returns the exit code. */
function failureCode(error: unknown): number {
    // `--help` and `--version` end with exit code 0 in commander's own terms; everything else it throws is a wrong command line.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.asExpected : EXIT.usage;
    const failure = explainFailure(error, streams.errPaint);
    for (const line of failure.lines) streams.note(line);
    return interrupts.interrupted() ? EXIT.interrupted : failure.exitCode;
}
