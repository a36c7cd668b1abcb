/** The command line of the programs beside `interleave`: benchmarks, self-fuzzing, and those that write pages of docs/. */
import { messageOf } from './errors.ts';
import { EXIT } from './exit-codes.ts';

/** The number that an option has. Throws RangeError. */
export function wholeNumber(option: string, text: string, least: number): number {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw new RangeError(`${option} ${text}: give a whole number of at least ${least}`);
}

/**
 * What a script was asked to do. Undefined when that was help, which is printed, or when `read` threw: then it has been said what is
 * wrong, and the process will end with the exit code of a wrong command line.
 */
export function scriptOptions<Options extends { readonly help: boolean }>(
    help: string,
    read: () => Options
): Options | undefined {
    let options: Options;
    try {
        options = read();
    } catch (error) {
        process.stderr.write(`error: ${messageOf(error)}\n${help}`);
        process.exitCode = EXIT.usage;
        return undefined;
    }
    if (!options.help) return options;
    process.stdout.write(help);
    return undefined;
}
