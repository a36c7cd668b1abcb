/** Options of every command that talks to a replica on the network. */
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { POCKET_IC_VERSION } from './pocket-ic-binary.ts';

export interface NetworkOptions {
    readonly url?: string;
    readonly network?: string;
    readonly allowRemote?: true;
    /** DER, decoded from hex. */
    readonly rootKey?: Uint8Array;
    readonly roundMs?: number;
    /** SHA-256 in hex that the archive must have. */
    readonly downloadPocketIc?: string;
}

/**
 * Between rounds of a server of our own. Agents sign one call after the other, 10 ms each: what is sent at once meets in one round,
 * as on a real subnet, whose rounds take longer still.
 */
export const ROUND_MS = 50;

/** Adds the options; without --url and --network a server of our own is started. */
export function addNetworkOptions(
    command: Command,
    integer: (flags: string, text: string, least: number) => Option
): Command {
    const url = new Option('--url <url>', 'replica to use, as http://127.0.0.1:PORT; default: start one');
    const rootKey = new Option('--root-key <hex>', 'root key of the network, DER; local networks are asked for it');
    return command
        .addOption(url.conflicts('network'))
        .option('--network <name>', 'network of dfx.json, dfx or icp-cli to use: local, ...')
        .addOption(rootKey.argParser(keyOf))
        .option('--allow-remote', 'also use networks that are not on this machine')
        .addOption(
            new Option(
                '--download-pocket-ic <sha256>',
                `on PocketIC: get version ${POCKET_IC_VERSION}, if its archive has this SHA-256`
            ).argParser(sha256Of)
        )
        .addOption(integer('--round-ms <n>', `between rounds of the server that is started; default: ${ROUND_MS}`, 1));
}

/** Whether any of the options was given. Pure. */
export function namesNetwork(options: NetworkOptions): boolean {
    const { url, network, allowRemote, rootKey, roundMs, downloadPocketIc } = options;
    return [url, network, allowRemote, rootKey, roundMs, downloadPocketIc].some(each => each !== undefined);
}

function sha256Of(text: string): string {
    if (!/^[0-9a-f]{64}$/i.test(text)) throw new InvalidArgumentError('Give the SHA-256 in hex, 64 digits.');
    return text.toLowerCase();
}

function keyOf(text: string): Uint8Array {
    if (!/^([0-9a-f]{2})+$/i.test(text)) throw new InvalidArgumentError('Give the DER-encoded key in hex.');
    return Uint8Array.from(Buffer.from(text, 'hex'));
}
