/** What can go wrong in getting a PocketIC server to run. */
import { CliError } from './errors.ts';

/** Neither a server nor its program was named. */
export class NoPocketIcError extends CliError {
    constructor(archive: string | undefined) {
        const get =
            archive === undefined
                ? 'There is no release of it for this machine: give the --url of a server elsewhere.'
                : `Get ${archive}, decompress it and set POCKET_IC_BIN to it; or look up the SHA-256 of that archive ` +
                  'and repeat with --download-pocket-ic SHA256; or give the --url of a server that runs.';
        super('NO_POCKET_IC', 'No PocketIC server: POCKET_IC_BIN is not set, and no --url was given.', get);
    }
}

/** POCKET_IC_BIN names nothing that can run. */
export class PocketIcBinaryError extends CliError {
    constructor(file: string, problem: string, cause: unknown) {
        const fix = 'Set it to the PocketIC server program, decompressed and executable (chmod +x).';
        super('POCKET_IC_BIN', `POCKET_IC_BIN names ${file}, which ${problem}.`, fix, cause);
    }
}

/** The archive could not be had, or is not the one that was asked for; nothing of it was kept. */
export class PocketIcDownloadError extends CliError {
    constructor(url: string, problem: string, cause?: unknown) {
        const fix = 'Check connection and checksum (that of the archive), or get it yourself and set POCKET_IC_BIN.';
        super('POCKET_IC_DOWNLOAD', `${url}: ${problem}.`, fix, cause);
    }
}

/** A flag of the real server that ours only knows by name. */
export class PocketIcFlagError extends CliError {
    constructor(flags: readonly string[]) {
        const why = 'the ranges of canister ids that the mainnet has are built in, and nothing is fetched';
        super('POCKET_IC_FLAG', `${flags.join(', ')}: not supported; ${why}.`, 'Leave it out.');
    }
}

/** The server that was started did not come up, or ended. */
export class PocketIcServerError extends CliError {
    constructor(file: string, problem: string, said: string) {
        const more = said.trim() === '' ? '' : `: ${said.trim()}`;
        const fix = 'Run it by itself to see what it says, or give the --url of a server that runs.';
        super('POCKET_IC_SERVER', `The PocketIC server ${file} ${problem}${more}`, fix);
    }
}
