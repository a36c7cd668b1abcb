/** From compiled canisters to a scenario bound to canisters on a running replica. */
import { join } from 'node:path';
import type { LiveBackend, LiveDeployment } from '../backend/live.ts';
import { candidInterface } from '../build/index.ts';
import type { CandidInterface } from '../build/index.ts';
import { Binding } from '../scenario/index.ts';
import type { Scenario } from '../scenario/types.ts';
import { initArgument } from './deploy.ts';
import type { LiveCanisters, LiveEndpoint } from './live-endpoint.ts';
import type { RoleBuild } from './protocol.ts';

export interface LiveDeployOptions {
    readonly endpoint: Pick<LiveEndpoint, 'create'>;
    /** Directory of dfx.json. */
    readonly project: string;
    /** Builds the roles for canister ids by name in dfx.json: Motoko compiles the ids of imported canisters into a module. */
    readonly build: (canisterIds: (name: string) => string | undefined) => Promise<readonly RoleBuild[]>;
}

export interface LiveDeployed {
    readonly backend: LiveBackend;
    readonly binding: Binding;
    /** The canisters as they were built for these ids. */
    readonly builds: readonly RoleBuild[];
}

/** Creates the canisters and binds the scenario. Throws errors of the build, the scenario, the Candid, deployment and network. */
export async function deployLive(
    scenario: Scenario,
    roles: readonly { readonly role: string; readonly name: string }[],
    { endpoint, project, build }: LiveDeployOptions
): Promise<LiveDeployed> {
    const created = await endpoint.create(roles);
    try {
        return await deployOn(created, scenario, roles, { project, build });
    } catch (error) {
        await created.discard();
        throw error;
    }
}

async function deployOn(
    { ids, backend: backendOf }: LiveCanisters,
    scenario: Scenario,
    roles: readonly { readonly role: string; readonly name: string }[],
    { project, build }: Omit<LiveDeployOptions, 'endpoint'>
): Promise<LiveDeployed> {
    const builds = await build(name => ids[roles.findIndex(each => each.name === name)]?.toText());
    const cacheDirectory = join(project, '.interleave', 'cache');
    const interfaces: Record<string, CandidInterface> = {};
    for (const { role, name, candid } of builds) {
        interfaces[role] = await candidInterface(candid, { source: `Candid of ${name}`, cacheDirectory });
    }
    const deployments = builds.map((each): LiveDeployment => {
        const { role, name, wasm } = each;
        const { service, init } = interfaces[role]!;
        return { role, name, wasm, service, initArg: book => initArgument(scenario, each, init, book) };
    });
    const backend = backendOf(deployments);
    return { backend, binding: new Binding(scenario, interfaces, backend), builds };
}
