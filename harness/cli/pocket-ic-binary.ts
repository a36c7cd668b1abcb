/**
 * The PocketIC server program: the one that POCKET_IC_BIN names, or one that was downloaded because the user asked for it, with a
 * checksum that the user looked up. Nothing is ever downloaded otherwise, and nothing runs whose checksum is another one.
 */
import { createHash } from 'node:crypto';
import { accessSync, chmodSync, constants, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { NoPocketIcError, PocketIcBinaryError, PocketIcDownloadError } from './pocket-ic-errors.ts';

/** The release that @dfinity/pic 0.23 is made for: the one that its own installer takes. */
export const POCKET_IC_VERSION = '14.0.0';

const RELEASES = 'https://github.com/dfinity/pocketic/releases/download';

interface Wanted {
    /** Where downloads are kept. */
    readonly directory: string;
    /** Hex; present when the user asked for a download. */
    readonly sha256?: string;
    /** Told before something is downloaded. */
    readonly note: (line: string) => void;
    /** Default: the pinned release for this machine. */
    readonly archive?: string;
}

/** The path of an executable. Throws NoPocketIcError, PocketIcBinaryError, PocketIcDownloadError. Reads the environment. */
export async function findPocketIc(wanted: Wanted): Promise<string> {
    const { POCKET_IC_BIN: named } = process.env;
    if (wanted.sha256 !== undefined) return download(wanted, wanted.sha256);
    if (named === undefined || named === '') throw new NoPocketIcError(archiveUrl());
    try {
        accessSync(named, constants.X_OK);
    } catch (cause) {
        throw new PocketIcBinaryError(named, existsSync(named) ? 'may not be executed' : 'does not exist', cause);
    }
    return named;
}

async function download({ directory, note, archive = archiveUrl() }: Wanted, sha256: string): Promise<string> {
    if (archive === undefined) throw new NoPocketIcError(undefined);
    // The checksum in the name: what lies there under it was checked when it was put there.
    const program = join(directory, sha256, 'pocket-ic');
    if (existsSync(program)) return program;
    note(`downloading ${archive}`);
    const bytes = await fetched(archive);
    const actual = createHash('sha256').update(bytes).digest('hex');
    if (actual !== sha256) throw new PocketIcDownloadError(archive, `its SHA-256 is ${actual}, not ${sha256}`);
    mkdirSync(join(directory, sha256), { recursive: true });
    const temporary = `${program}.${process.pid}.tmp`;
    try {
        writeFileSync(temporary, gunzipSync(bytes));
        chmodSync(temporary, 0o755);
        renameSync(temporary, program);
    } finally {
        rmSync(temporary, { force: true });
    }
    return program;
}

async function fetched(url: string): Promise<Uint8Array> {
    let response: Response;
    try {
        response = await fetch(url);
        if (response.ok) return new Uint8Array(await response.arrayBuffer());
    } catch (cause) {
        throw new PocketIcDownloadError(url, 'it could not be fetched', cause);
    }
    throw new PocketIcDownloadError(url, `HTTP ${response.status}`);
}

/** Of the release for this machine; undefined where there is none. */
function archiveUrl(): string | undefined {
    const systems: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin' };
    const architectures: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'arm64' };
    const [system, architecture] = [systems[process.platform], architectures[process.arch]];
    if (system === undefined || architecture === undefined) return undefined;
    return `${RELEASES}/${POCKET_IC_VERSION}/pocket-ic-${architecture}-${system}.gz`;
}
