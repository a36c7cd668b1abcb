/** Where a network that another tool started listens: dfx.json, dfx's own files, icp-cli's descriptor. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { NetworkFileError, UnknownNetworkError } from './network-errors.ts';

export interface FoundNetwork {
    readonly url: string;
    /** DER, where a file of the network gives it. */
    readonly rootKey?: Uint8Array;
}

/** Where dfx listens unless it is configured: shared networks, and those of a project. */
const SHARED_BIND = '127.0.0.1:4943';
const PROJECT_BIND = '127.0.0.1:8000';

const network = z.looseObject({ bind: z.string().optional(), providers: z.array(z.string()).optional() });
const networks = z.record(z.string(), network);
const descriptor = z.looseObject({
    gateway: z.looseObject({ port: z.int().min(1).max(65_535) }),
    'root-key': z.string().regex(/^([0-9a-f]{2})+$/i).optional()
});

/** What is read besides the project, replaced in tests. */
export interface Surroundings {
    readonly home: string;
    readonly platform: NodeJS.Platform;
    readonly env: Readonly<Record<string, string | undefined>>;
}

const HERE: Surroundings = { home: homedir(), platform: process.platform, env: process.env };

/**
 * The network called `name` of the project in `directory`. In this order: icp-cli's descriptor of a running network; dfx.json's
 * `networks`, with the port that a project's running network wrote down; dfx's shared network. Reads files. Throws
 * NetworkFileError, UnknownNetworkError.
 */
export function findNetwork(directory: string, name: string, here: Surroundings = HERE): FoundNetwork {
    const looked: string[] = [];
    const from = <T>(file: string, read: (file: string) => T): T | undefined => {
        looked.push(file);
        return existsSync(file) ? read(file) : undefined;
    };
    for (const folder of ['.icp/cache/networks', '.icp/networks']) {
        const found = from(join(directory, folder, name, 'descriptor.json'), byDescriptor);
        if (found !== undefined) return found;
    }
    const declared = from(join(directory, 'dfx.json'), file => readNetworks(file, 'networks')[name]);
    const [provider] = declared?.providers ?? [];
    if (provider !== undefined) return { url: provider };
    if (declared !== undefined || existsSync(join(directory, '.dfx/network', name))) {
        const port = from(join(directory, '.dfx/network', name, 'webserver-port'), portIn);
        return { url: urlOf(declared?.bind ?? PROJECT_BIND, port, join(directory, 'dfx.json')) };
    }
    const configuration = join(here.env['DFX_CONFIG_ROOT'] ?? here.home, '.config/dfx/networks.json');
    const shared = from(configuration, file => readNetworks(file)[name]);
    const port = from(join(sharedData(here), 'network', name, 'webserver-port'), portIn);
    if (shared?.providers?.[0] !== undefined) return { url: shared.providers[0] };
    if (shared === undefined && port === undefined) throw new UnknownNetworkError(name, looked);
    return { url: urlOf(shared?.bind ?? SHARED_BIND, port, configuration) };
}

/** dfx's data directory of the user. */
function sharedData({ home, platform, env }: Surroundings): string {
    if (platform === 'darwin') return join(home, 'Library/Application Support/org.dfinity.dfx');
    return join(env['XDG_DATA_HOME'] ?? join(home, '.local/share'), 'dfx');
}

function byDescriptor(file: string): FoundNetwork {
    const parsed = descriptor.safeParse(json(file));
    if (!parsed.success) throw new NetworkFileError(file, 'is no description of a network with a gateway port');
    const { gateway, 'root-key': key } = parsed.data;
    const url = `http://127.0.0.1:${gateway.port}`;
    return key === undefined ? { url } : { url, rootKey: Uint8Array.from(Buffer.from(key, 'hex')) };
}

/** The networks of a file, or of one member of it. */
function readNetworks(file: string, member?: string): Readonly<Record<string, z.infer<typeof network>>> {
    const content = json(file);
    const part = member === undefined ? content : ((content as Record<string, unknown> | null)?.[member] ?? {});
    const parsed = networks.safeParse(part);
    if (!parsed.success) throw new NetworkFileError(file, `'${member ?? ''}' does not list networks by name`);
    return parsed.data;
}

function portIn(file: string): number {
    const text = readFileSync(file, 'utf8').trim();
    const port = Number(text);
    if (!/^\d+$/.test(text) || port < 1 || port > 65_535) throw new NetworkFileError(file, `'${text}' is no port`);
    return port;
}

/** `bind` is `host:port` or a URL; the port that the running network wrote down counts (a bind of port 0 asks for any). */
function urlOf(bind: string, port: number | undefined, file: string): string {
    try {
        const url = new URL(bind.includes('://') ? bind : `http://${bind}`);
        // What listens on every address is reached on this machine's own.
        const host = url.hostname === '0.0.0.0' ? '127.0.0.1' : url.hostname;
        return `http://${host}:${port ?? (url.port === '' ? '80' : url.port)}`;
    } catch {
        throw new NetworkFileError(file, `'${bind}' is no address to bind to`);
    }
}

function json(file: string): unknown {
    try {
        return JSON.parse(readFileSync(file, 'utf8'));
    } catch (error) {
        throw new NetworkFileError(file, `cannot be read as JSON: ${(error as Error).message}`);
    }
}
