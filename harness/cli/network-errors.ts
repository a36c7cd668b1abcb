/** What can go wrong in finding a replica to talk to. */
import { CliError } from './errors.ts';

/** Nothing says where the network is. */
export class UnknownNetworkError extends CliError {
    constructor(network: string, looked: readonly string[]) {
        super(
            'UNKNOWN_NETWORK',
            `No running network '${network}' was found; looked at ${looked.join(', ')}.`,
            'Start it (`dfx start`, `icp network start`), or give its address with --url.'
        );
    }
}

/** A file that says where a network is cannot be understood. */
export class NetworkFileError extends CliError {
    readonly file: string;

    constructor(file: string, problem: string) {
        super('NETWORK_FILE', `${file}: ${problem}`, 'Correct the file, or give the address with --url.');
        this.file = file;
    }
}

/** The server of our own did not start, or ended. */
export class OwnServerError extends CliError {
    constructor(problem: string, said: string) {
        const more = said.trim() === '' ? '' : `: ${said.trim()}`;
        super(
            'OWN_SERVER',
            `The server that was started for this run ${problem}${more}`,
            'Try `npm run serve` by itself to see what it says, and give its address with --url.'
        );
    }
}

/** An option of plans, for a schedule file. */
export class PlanOptionError extends CliError {
    constructor(options: readonly string[], file: string) {
        super(
            'PLAN_OPTION',
            `${options.join(', ')}: only for plan files, and ${file} is a schedule file.`,
            'Leave it out: a schedule replays on the embedded replica, and one replay is exact.'
        );
    }
}

/** An option that this backend does not know. */
export class BackendOptionError extends CliError {
    constructor(option: string, backend: string, fix: string) {
        super('BACKEND_OPTION', `${option} does not go with --backend ${backend}.`, fix);
    }
}
