/** A server in a process of its own, as users start it, and an agent that trusts nothing else. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Actor, HttpAgent, type ActorSubclass, type Identity } from '@dfinity/agent';
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { CANISTER_ID, INSTALL_CODE, PROVISIONAL_CREATE } from '../../replica/management/types.ts';

const ENTRY = fileURLToPath(new URL('../../cli/interleave.mjs', import.meta.url));

export interface Served {
    readonly url: string;
    readonly port: number;
    readonly rootKey: Uint8Array;
    /** JSON events so far. */
    readonly events: readonly Record<string, unknown>[];
    /** What it wrote to standard error so far. */
    readonly stderr: () => string;
    /** Sends the signal and resolves to the exit code. */
    readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>;
}

/** Starts `interleave serve` on a free port. */
export async function serve(...options: readonly string[]): Promise<Served> {
    const child = spawn(process.execPath, [ENTRY, 'serve', '--port', '0', '--json', ...options], {
        stdio: ['ignore', 'pipe', 'pipe']
    });
    const events: Record<string, unknown>[] = [];
    let [unfinished, stderr] = ['', ''];
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const ended = new Promise<number | null>((done) => child.on('close', done));
    const listening = new Promise<Record<string, unknown>>((done) => {
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
            const lines = `${unfinished}${text}`.split('\n');
            unfinished = lines.pop() ?? '';
            events.push(...lines.map((line) => JSON.parse(line) as Record<string, unknown>));
            const [first] = events;
            if (first !== undefined) {
                done(first);
            }
        });
    });
    const first = await Promise.race([listening, ended]);
    if (first === null || typeof first === 'number') {
        throw new Error(`serve ended with ${first}: ${stderr}`);
    }
    const { url, port, rootKey } = first as { url: string; port: number; rootKey: string };
    return {
        url,
        port,
        rootKey: Uint8Array.from(Buffer.from(rootKey, 'hex')),
        events,
        stderr: () => stderr,
        stop: (signal = 'SIGTERM') => {
            child.kill(signal);
            return ended;
        }
    };
}

/** An agent with its default settings: it fetches the root key and verifies everything. */
export function agentOf({ url }: Served, identity?: Identity): Promise<HttpAgent> {
    return HttpAgent.create({
        host: url,
        shouldFetchRootKey: true,
        ...(identity === undefined ? {} : { identity: Promise.resolve(identity) })
    });
}

/** The management canister as an actor; calls go to the canister that their argument names. */
function management(agent: HttpAgent): ActorSubclass {
    const service = IDL.Service({
        provisional_create_canister_with_cycles: IDL.Func([PROVISIONAL_CREATE], [CANISTER_ID], []),
        install_code: IDL.Func([INSTALL_CODE], [], [])
    });
    return Actor.createActor(() => service, {
        agent,
        canisterId: Principal.managementCanister(),
        callTransform: (_method, [argument]) => {
            const { canister_id: id } = argument as { canister_id?: Principal };
            return { effectiveCanisterId: id ?? Principal.managementCanister() };
        }
    });
}

/** A new canister with this module. */
export async function install(agent: HttpAgent, module: Uint8Array, arg?: Uint8Array): Promise<Principal> {
    const actor = management(agent);
    const { canister_id: id } = (await actor['provisional_create_canister_with_cycles']!({
        amount: [],
        settings: [],
        specified_id: [],
        sender_canister_version: []
    })) as { canister_id: Principal };
    await actor['install_code']!({
        mode: { install: null },
        canister_id: id,
        wasm_module: module,
        arg: arg ?? new Uint8Array(IDL.encode([], [])),
        sender_canister_version: []
    });
    return id;
}
