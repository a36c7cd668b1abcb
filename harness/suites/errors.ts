/** Why a test suite cannot be explored. */

/**
 * Base of them: a stable code, and one line on what to do next, which is all that the command line asks of an error. Each room has a
 * base of its own, because rooms that know nothing of each other (build, replica, suites) would have to share one.
 */
abstract class SuiteError extends Error {
    readonly code: string;
    readonly fix: string;

    constructor(code: string, message: string, fix: string) {
        super(message);
        this.name = new.target.name;
        this.code = code;
        this.fix = fix;
    }
}

/** The suite fails in production's order already. */
export class SuiteFailsAnywayError extends SuiteError {
    readonly output: string;

    constructor(output: string) {
        super(
            'SUITE_FAILS',
            `The tests fail in the order of the production replica already:\n${output}`,
            'Run them by themselves with POCKET_IC_BIN set to harness/cli/pocket-ic, and make them pass first.'
        );
        this.output = output;
    }
}

/** The suite does not end in production's order already. */
export class SuiteHangsError extends SuiteError {
    constructor(output: string) {
        super(
            'SUITE_HANGS',
            `The tests do not end in the order of the production replica:\n${output}`,
            'Give them more time with --run-timeout, or look what they wait for: no watch mode, no open handles.'
        );
    }
}

/** The suite started no server of ours. */
export class NoServerStartedError extends SuiteError {
    constructor(output: string) {
        const said = output.trim() === '' ? '' : ` They said:\n${output.trimEnd()}`;
        super(
            'NO_SERVER_STARTED',
            `The tests started no PocketIC server by POCKET_IC_BIN, so there is nothing to explore.${said}`,
            'Let them start it with PocketIcServer.start() and no binPath, and run them in one command.'
        );
    }
}
