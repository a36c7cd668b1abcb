/**
 * Deployed replicas that a worker keeps for the next scenario with the same canisters: an Azle canister takes a tenth of a second to
 * install and to settle, longer than many scenarios take to explore.
 *
 * A campaign leaves the replica at the root where it began: every schedule does, or the next one would be wrong. So whether it was used
 * before does not show in any result; what a replica remembers beyond its state are names of messages, which are the same in all.
 */
import type { BackendOptions, ControlledBackend } from '../backend/port.ts';

/** Each holds the memories of its canisters: some ten MB for one in Azle. */
const KEPT_MAX = 3;

/** A canister of a deployment, by everything that its state after the installation depends on. */
export interface Installed {
    readonly role: string;
    readonly name: string;
    readonly wasmSha256: string;
    readonly initArg: Uint8Array;
}

export class Deployments {
    /** The one that was given back last comes last. */
    readonly #kept = new Map<string, ControlledBackend>();

    /** A deployment that was given back under this key, or a new one. It is the caller's until it is given back. */
    take(key: string | undefined, deploy: () => ControlledBackend): ControlledBackend {
        const found = key === undefined ? undefined : this.#kept.get(key);
        if (key === undefined || found === undefined) return deploy();
        this.#kept.delete(key);
        return found;
    }

    /** Keeps a deployment that is in the state in which it was taken. Nothing is kept without a key. */
    giveBack(key: string | undefined, backend: ControlledBackend): void {
        if (key === undefined) return;
        this.#kept.set(key, backend);
        const [oldest] = this.#kept.keys();
        if (this.#kept.size > KEPT_MAX && oldest !== undefined) this.#kept.delete(oldest);
    }
}

/** Equal keys mean equal deployments. Undefined when functions of the scenario take part in executing. Pure. */
export function deploymentKey(
    installed: readonly Installed[],
    options: BackendOptions,
    transitionTable: string
): string | undefined {
    if (options.outcalls !== undefined) return undefined;
    const canisters = installed.map(({ role, name, wasmSha256, initArg }) => {
        return [role, name, wasmSha256, Buffer.from(initArg).toString('hex')];
    });
    return JSON.stringify([options, transitionTable, canisters]);
}
