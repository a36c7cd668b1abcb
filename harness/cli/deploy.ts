/** From compiled canisters to a deployed backend and a scenario bound to it. Runs in the worker that explores. */
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { idsOf } from '../backend/deploy.ts';
import { deployEmbedded } from '../backend/embedded.ts';
import { actorPrincipal } from '../backend/identities.ts';
import type { AddressBook, BackendOptions, ControlledBackend } from '../backend/port.ts';
import { remembering } from '../backend/remember/remembering.ts';
import type { TransitionTable } from '../backend/remember/remembering.ts';
import { candidInterface, parseCandidArgs } from '../build/index.ts';
import type { CandidInterface } from '../build/index.ts';
import { Binding, encodeInit, outcallHandler } from '../scenario/index.ts';
import type { Scenario } from '../scenario/types.ts';
import { Deployments, deploymentKey } from './deployments.ts';
import { InitArgumentError, messageOf } from './errors.ts';
import type { RoleBuild } from './protocol.ts';

/** Whether what was executed is remembered. Results do not depend on it. */
export type TransitionTableChoice = TransitionTable | 'off';

export interface Deployed {
    readonly backend: ControlledBackend;
    readonly binding: Binding;
    /** Gives the deployment to the next scenario that wants the same. Only in the state in which it was handed out. */
    readonly release: () => void;
}

/**
 * Installs the canisters in the order of `builds`, or takes a deployment of the same from `kept`, and binds the scenario.
 * Deterministic for the same builds and options; `cacheDirectory` keeps parsed Candid on disk. Throws errors of the scenario, of
 * the Candid text, of the deployment, and InitArgumentError.
 */
export async function deploy(
    scenario: Scenario,
    builds: readonly RoleBuild[],
    options: BackendOptions & { readonly cacheDirectory: string; readonly transitionTable?: TransitionTableChoice },
    kept = new Deployments()
): Promise<Deployed> {
    const { cacheDirectory, transitionTable = 'on', ...backendOptions } = options;
    const interfaces: Record<string, CandidInterface> = {};
    for (const { role, name, candid } of builds) {
        interfaces[role] = await candidInterface(candid, { source: `Candid of ${name}`, cacheDirectory });
    }
    const book = addressBook(builds);
    const installed = builds.map(build => {
        return { ...build, initArg: initArgument(scenario, build, interfaces[build.role]!.init, book) };
    });
    const outcalls = outcallHandler(scenario);
    const used = { ...backendOptions, ...(outcalls === undefined ? {} : { outcalls }) };
    const key = deploymentKey(installed, used, transitionTable);
    const backend = kept.take(key, () => {
        const canisters = installed.map(({ initArg, ...rest }) => ({ ...rest, initArg: () => initArg }));
        const embedded = deployEmbedded(canisters, used);
        return transitionTable === 'off' ? embedded : remembering(embedded, transitionTable);
    });
    const binding = new Binding(scenario, interfaces, backend);
    return { backend, binding, release: () => kept.giveBack(key, backend) };
}

/** Where roles and actors will live, before anything is deployed. */
function addressBook(builds: readonly RoleBuild[]): AddressBook {
    const canisters = builds.map(({ role }) => role);
    const ids = idsOf(builds);
    return {
        canisters,
        principalOf: role => {
            const id = ids[canisters.indexOf(role)];
            if (id === undefined) throw new RangeError(`no canister plays "${role}"; roles: ${canisters.join(', ')}`);
            return id.toText();
        },
        actorPrincipal: actor => actorPrincipal(actor).toText()
    };
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
