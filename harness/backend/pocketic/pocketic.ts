/** The PocketIC backend: the canisters of a scenario on a PocketIC server, whose rounds are run for them. */
import { Principal } from '@dfinity/principal';
import type { CallResult, RootCall } from '../../trace/types.ts';
import { DEPLOYER } from '../deploy.ts';
import { DeploymentError } from '../errors.ts';
import { actorPrincipal } from '../identities.ts';
import { CYCLES, LiveRoles } from '../live-roles.ts';
import type { LiveRole } from '../live-roles.ts';
import type { LiveBackend, LiveDeployment, LiveOutcome, LivePace } from '../live.ts';
import { reinstall } from '../network/install.ts';
import { managementThrough } from '../network/management.ts';
import type { ManagementCanister } from '../network/management.ts';
import { NetworkError } from '../network/errors.ts';
import { PocketIcInstance } from './instance.ts';
import { Rounds } from './rounds.ts';

const MANAGEMENT = Principal.managementCanister();
const ANONYMOUS = Principal.anonymous();

/** Most hops of a call fit into one round, and an answer seldom takes more than a few. */
const PACE: LivePace = { unit: 'round', windows: [0, 1, 2, 4, 8], rest: 5 };

/** The canisters of a scenario in an instance of their own. */
export interface PocketIcCanisters {
    /** In the order of the roles. */
    readonly ids: readonly Principal[];
    /** The canisters with the code that `renew` gives them; `close` deletes the instance. */
    backend(deployments: readonly LiveDeployment[]): LiveBackend;
    /** When there will be no backend. */
    discard(): Promise<void>;
}

/** A management call was rejected; whoever made it says for which role. */
class ManagementReject extends Error {
    readonly outcome: LiveOutcome;

    constructor(outcome: LiveOutcome) {
        super('a management call was not answered with a reply');
        this.outcome = outcome;
    }
}

/** Creates an instance on the server and one canister a role. Throws DeploymentError and NetworkErrors. */
export async function createOnPocketIc(
    url: string,
    roles: readonly { readonly role: string; readonly name: string }[],
    requestMs?: number
): Promise<PocketIcCanisters> {
    const instance = await PocketIcInstance.create(url, requestMs);
    const rounds = new Rounds(instance);
    const sender = actorPrincipal(DEPLOYER);
    const management = managementThrough(async (method, arg, subject) => {
        const effective = subject === undefined ? {} : { effective: subject };
        const outcome = await rounds.send({ sender, canister: MANAGEMENT, method, arg, ...effective });
        if (outcome.kind !== 'reply') throw new ManagementReject(outcome);
        return outcome.reply;
    });
    const ids: Principal[] = [];
    try {
        for (const role of roles) {
            const create = (): Promise<{ readonly canister_id: Principal }> =>
                management.provisional_create_canister_with_cycles({ amount: [CYCLES] });
            ids.push((await deploying(role, 'creation', create)).canister_id);
        }
    } catch (error) {
        await discard(instance);
        throw error;
    }
    return {
        ids,
        backend: deployments => new PocketIcBackend(instance, { rounds, management, deployments, ids }),
        discard: async () => void (await discard(instance))
    };
}

interface Parts {
    readonly rounds: Rounds;
    readonly management: ManagementCanister;
    readonly deployments: readonly LiveDeployment[];
    readonly ids: readonly Principal[];
}

class PocketIcBackend implements LiveBackend {
    readonly canisters: readonly string[];
    readonly pace = PACE;
    readonly #instance: PocketIcInstance;
    readonly #rounds: Rounds;
    readonly #management: ManagementCanister;
    readonly #roles: LiveRoles;

    constructor(instance: PocketIcInstance, { rounds, management, deployments, ids }: Parts) {
        this.#instance = instance;
        this.#rounds = rounds;
        this.#management = management;
        this.#roles = new LiveRoles(deployments, ids, deploying);
        this.canisters = this.#roles.names;
    }

    principalOf(role: string): string {
        return this.#roles.principalOf(role);
    }

    actorPrincipal(actor: string): string {
        return this.#roles.actorPrincipal(actor);
    }

    async renew(what: 'clean' | 'left-over'): Promise<void> {
        if (what === 'left-over') {
            await this.#roles.each('removal', role => this.#uninstall(role));
            // What canisters said to each other before arrives at empty ones.
            await this.wait(PACE.rest);
        }
        await this.#roles.each('installation', role =>
            reinstall(this.#management, role, role.deployment.initArg(this))
        );
    }

    async submit({ actor, canister, method, arg }: RootCall): Promise<LiveOutcome> {
        const sender = actorPrincipal(actor);
        return this.#rounds.send({ sender, canister: this.#roles.of(canister).id, method, arg });
    }

    async query(role: string, method: string, arg: Uint8Array): Promise<CallResult> {
        const call = { sender: ANONYMOUS, canister: this.#roles.of(role).id, method, arg };
        return this.#rounds.request(() => this.#instance.query(call));
    }

    async wait(units: number): Promise<void> {
        await this.#rounds.wait(units);
    }

    now(): number {
        return this.#rounds.count;
    }

    async close(): Promise<readonly string[]> {
        const left = await discard(this.#instance);
        return left === undefined ? [] : [left];
    }

    /** Ends calls that may never end by themselves, which stopping would wait for ("IC method uninstall_code"). */
    async #uninstall(role: LiveRole): Promise<void> {
        await this.#management.uninstall_code({ canister_id: role.id });
        role.chunks = undefined;
    }
}

/** A rejection is the canister's or the management canister's word, and names the role. */
async function deploying<T>(
    { role, name }: { readonly role: string; readonly name: string },
    what: string,
    act: () => Promise<T>
): Promise<T> {
    try {
        return await act();
    } catch (thrown) {
        if (!(thrown instanceof ManagementReject)) throw thrown;
        const { outcome } = thrown;
        const silence = { code: 6, message: outcome.kind === 'unknown' ? outcome.reason : 'no answer came' } as const;
        const reject = outcome.kind === 'reject' || outcome.kind === 'refused' ? outcome : silence;
        throw new DeploymentError(role, name, what, reject);
    }
}

/** Deletes the instance; a line about why it was not. */
async function discard(instance: PocketIcInstance): Promise<string | undefined> {
    try {
        await instance.delete();
        return undefined;
    } catch (error) {
        if (error instanceof NetworkError) return `the PocketIC instance was not deleted: ${error.message}`;
        throw error;
    }
}
