/** What backends on running replicas have in common: the roles, the canister that plays each, and acts on all of them. */
import type { Principal } from '@dfinity/principal';
import { actorPrincipal } from './identities.ts';
import type { LiveDeployment } from './live.ts';
import type { Installable } from './network/install.ts';
import { packModules } from './network/module.ts';

/** Of a created canister: enough for thousands of attempts. */
export const CYCLES = 100_000_000_000_000n;

/** A role and the canister that plays it. */
export interface LiveRole extends Installable {
    readonly deployment: LiveDeployment;
}

/** Runs an act for a role; a failure of it names the role. */
export type Deploying = (
    deployment: Pick<LiveDeployment, 'role' | 'name'>,
    what: string,
    act: () => Promise<void>
) => Promise<void>;

export class LiveRoles {
    /** Roles in deployment order. */
    readonly names: readonly string[];
    readonly #roles: ReadonlyMap<string, LiveRole>;
    readonly #deploying: Deploying;

    /** `ids`: of the canisters created for these deployments, in their order. Compresses modules. */
    constructor(deployments: readonly LiveDeployment[], ids: readonly Principal[], deploying: Deploying) {
        const modules = packModules(deployments.map(({ wasm }) => wasm));
        this.#roles = new Map(
            deployments.map((deployment, index) => {
                return [deployment.role, { deployment, id: ids[index]!, module: modules[index]!, chunks: undefined }];
            })
        );
        this.names = deployments.map(({ role }) => role);
        this.#deploying = deploying;
    }

    get all(): readonly LiveRole[] {
        return [...this.#roles.values()];
    }

    /** Throws RangeError for a role that there is not. */
    of(name: string): LiveRole {
        const role = this.#roles.get(name);
        if (role === undefined) throw new RangeError(`no canister plays "${name}"; roles: ${this.names.join(', ')}`);
        return role;
    }

    principalOf(name: string): string {
        return this.of(name).id.toText();
    }

    actorPrincipal(actor: string): string {
        return actorPrincipal(actor).toText();
    }

    /** All roles at once: no installation can call another canister, and a round of the replica takes them together. */
    async each(what: string, act: (role: LiveRole) => Promise<void>): Promise<void> {
        const acts = this.all.map(role => this.#deploying(role.deployment, what, () => act(role)));
        const failed = (await Promise.allSettled(acts)).find(each => each.status === 'rejected');
        if (failed !== undefined) throw failed.reason;
    }
}
