/** The grammar of `pocket-ic`: the flags of the PocketIC server, which client libraries and scripts give. */
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { PocketIcFlagError } from './pocket-ic-errors.ts';

export interface PocketIcOptions {
    readonly port: number;
    readonly portFile?: string;
    /** Seconds. */
    readonly ttl: number;
    readonly hardTtl?: number;
    readonly ipAddr: string;
    readonly logLevels?: string;
    readonly mainnetRoutingTable?: string;
    readonly fetchMainnetRoutingTable?: true;
    readonly mainnetRegistryVersion?: string;
}

/** The release whose interface is spoken; what clients compare. */
const SERVER_VERSION = '14.0.0';

const TTL_DEFAULT_S = 60;
const REFUSED = 'refused: the ranges of the mainnet are built in, and nothing is fetched';
const LOOPBACK = ['127.0.0.1', 'localhost'];

/** Adds the command; `run` gets its options. */
export function addPocketIc(program: Command, run: (options: PocketIcOptions) => Promise<void>): void {
    program
        .command('pocket-ic')
        .description('run a server that PocketIC clients can talk to, on 127.0.0.1, until nobody asks for a while')
        .version(`pocket-ic-server ${SERVER_VERSION}`, '--version', 'print the version whose interface is spoken')
        .addOption(whole('-p, --port <n>', 'port; 0: any free one', 65_535).default(0))
        .option('--port-file <file>', 'write the port into this file; end when another server has written it')
        .addOption(whole('--ttl <seconds>', 'end when nobody has asked for so long').default(TTL_DEFAULT_S))
        .addOption(whole('--hard-ttl <seconds>', 'end after so long, whatever happens'))
        .addOption(
            new Option('-i, --ip-addr <address>', 'only the loopback address').argParser(loopback).default('127.0.0.1')
        )
        .option('-l, --log-levels <levels>', 'taken and ignored: the server has no logs of its own')
        .option('--mainnet-routing-table <file>', REFUSED)
        .option('--fetch-mainnet-routing-table', REFUSED)
        .option('--mainnet-registry-version <n>', REFUSED)
        .addHelpText(
            'after',
            '\nTests find it by POCKET_IC_BIN=<this package>/harness/cli/pocket-ic, a program with these flags.'
        )
        .action(async (options: PocketIcOptions) => {
            refuse(options);
            await run(options);
        });
}

/** Throws PocketIcFlagError. */
function refuse({ mainnetRoutingTable, fetchMainnetRoutingTable, mainnetRegistryVersion }: PocketIcOptions): void {
    const given = {
        '--mainnet-routing-table': mainnetRoutingTable,
        '--fetch-mainnet-routing-table': fetchMainnetRoutingTable,
        '--mainnet-registry-version': mainnetRegistryVersion
    };
    const flags = Object.entries(given).flatMap(([flag, value]) => (value === undefined ? [] : [flag]));
    if (flags.length > 0) throw new PocketIcFlagError(flags);
}

function loopback(address: string): string {
    if (!LOOPBACK.includes(address)) throw new InvalidArgumentError('It listens on 127.0.0.1 only.');
    return address;
}

function whole(flags: string, description: string, most = 4_000_000): Option {
    return new Option(flags, description).argParser((text: string) => {
        const value = Number(text);
        if (!/^\d+$/.test(text) || value > most) throw new InvalidArgumentError(`Give a whole number up to ${most}.`);
        return value;
    });
}
