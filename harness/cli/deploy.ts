/** From compiled canisters to a deployed backend and a scenario bound to it. Runs in the worker that explores. */
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { deployEmbedded } from '../backend/embedded.ts';
import type { AddressBook, BackendOptions, ControlledBackend, Deployment } from '../backend/port.ts';
import { candidInterface, parseCandidArgs } from '../build/index.ts';
import type { CandidInterface } from '../build/index.ts';
import { Binding, encodeInit, outcallHandler } from '../scenario/index.ts';
import type { Scenario } from '../scenario/types.ts';
import { InitArgumentError, messageOf } from './errors.ts';
import type { RoleBuild } from './protocol.ts';

export interface Deployed {
    readonly backend: ControlledBackend;
    readonly binding: Binding;
}

/**
 * Installs the canisters in the order of `builds` and binds the scenario. Deterministic for the same builds and options;
 * `cacheDirectory` keeps parsed Candid on disk. Throws errors of the scenario, of the Candid text, of the deployment, and
 * InitArgumentError.
 */
export async function deploy(
    scenario: Scenario,
    builds: readonly RoleBuild[],
    options: BackendOptions & { readonly cacheDirectory: string }
): Promise<Deployed> {
    const { cacheDirectory, ...backendOptions } = options;
    const interfaces: Record<string, CandidInterface> = {};
    for (const { role, name, candid } of builds) {
        interfaces[role] = await candidInterface(candid, { source: `Candid of ${name}`, cacheDirectory });
    }
    const deployments = builds.map((build): Deployment => {
        const { role, name, wasm } = build;
        return { role, name, wasm, initArg: book => initArgument(scenario, build, interfaces[role]!.init, book) };
    });
    const outcalls = outcallHandler(scenario);
    const answered = outcalls === undefined ? {} : { outcalls };
    const backend = deployEmbedded(deployments, { ...backendOptions, ...answered });
    return { backend, binding: new Binding(scenario, interfaces, backend) };
}

/** The scenario's own init arguments, else those of dfx.json, else none. Throws InitArgumentError and errors of the scenario. */
export function initArgument(
    scenario: Scenario,
    build: RoleBuild,
    types: readonly IDL.Type[],
    book: AddressBook
): Uint8Array {
    const given = encodeInit(scenario, build.role, types, {
        canister: role => Principal.fromText(book.principalOf(role)),
        actor: name => Principal.fromText(book.actorPrincipal(name))
    });
    if (given !== undefined) return given;
    const signature = `(${types.map(type => type.display()).join(', ')})`;
    if (build.initArg === undefined) {
        if (types.length === 0) return IDL.encode([], []);
        throw new InitArgumentError(build.name, signature, 'neither the scenario nor dfx.json gives arguments');
    }
    try {
        return IDL.encode([...types], parseCandidArgs(build.initArg, types));
    } catch (cause) {
        throw new InitArgumentError(build.name, signature, messageOf(cause), cause);
    }
}
