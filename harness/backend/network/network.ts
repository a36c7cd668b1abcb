/** The network backend: the canisters of a scenario on a replica that is reached through agents and runs by itself. */
import { Actor, AnonymousIdentity } from '@dfinity/agent';
import type { HttpAgent } from '@dfinity/agent';
import { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';
import type { CallResult, Reject, RejectCode, RootCall } from '../../trace/types.ts';
import { DEPLOYER } from '../deploy.ts';
import { DeploymentError } from '../errors.ts';
import { actorIdentity } from '../actor-identity.ts';
import { CYCLES, LiveRoles } from '../live-roles.ts';
import type { LiveBackend, LiveClock, LiveDeployment, LiveOutcome, LivePace } from '../live.ts';
import type { Connection } from './connect.ts';
import { NetworkError } from './errors.ts';
import { agentFailure, networkFailure, outcomeOfFailure } from './failures.ts';
import type { Doing } from './failures.ts';
import { reinstall } from './install.ts';
import { managementOf } from './management.ts';
import type { ManagementCanister } from './management.ts';

/**
 * A replica gathers ingress messages until its next round, and calls that meet in a round run their first segments one after the
 * other before any answer of another canister comes: small windows make them meet; large ones let one call's later segments
 * meet another's first.
 */
const PACE: LivePace = { unit: 'ms', windows: [0, 3, 10, 30, 100, 300], rest: 100 };

type Method = (...args: readonly unknown[]) => Promise<unknown>;

/** Creates one canister a role, with ids that the replica chooses. Throws DeploymentError and NetworkError. */
export async function createCanisters(
    connection: Connection,
    roles: readonly { readonly role: string; readonly name: string }[]
): Promise<readonly Principal[]> {
    const management = managementOf(connection.agentOf(actorIdentity(DEPLOYER)));
    const ids: Principal[] = [];
    try {
        for (const role of roles) {
            const { canister_id: id } = await deploying(connection, role, 'creation', () =>
                management.provisional_create_canister_with_cycles({ amount: [CYCLES] })
            );
            ids.push(id);
        }
    } catch (error) {
        if (!(error instanceof NetworkError)) await deleteCanisters(connection, roles, ids);
        throw error;
    }
    return ids;
}

/** Deletes the canisters with these ids, in the order of their roles; resolves to a line about each that is left. */
export async function deleteCanisters(
    connection: Connection,
    roles: readonly { readonly role: string }[],
    ids: readonly Principal[]
): Promise<readonly string[]> {
    const management = managementOf(connection.agentOf(actorIdentity(DEPLOYER)));
    const left: string[] = [];
    for (const [index, id] of ids.entries()) {
        try {
            await management.stop_canister({ canister_id: id });
            await management.delete_canister({ canister_id: id });
        } catch (thrown) {
            const reason = reasonOf(thrown, { url: connection.url, what: 'deleting canisters' });
            left.push(`canister ${id.toText()} (role ${roles[index]!.role}) was not deleted: ${reason}`);
        }
    }
    return left;
}

/** The canisters that were created for these deployments, in their order; their code comes with `renew`. Compresses modules. */
export function networkBackend(
    connection: Connection,
    deployments: readonly LiveDeployment[],
    ids: readonly Principal[],
    clock: LiveClock
): LiveBackend {
    const roles = new LiveRoles(deployments, ids, (role, what, act) => deploying(connection, role, what, act));
    return new NetworkBackend(connection, roles, clock);
}

class NetworkBackend implements LiveBackend {
    readonly canisters: readonly string[];
    readonly pace = PACE;
    readonly #connection: Connection;
    readonly #management: ManagementCanister;
    readonly #roles: LiveRoles;
    readonly #clock: LiveClock;
    readonly #observer: HttpAgent;
    /** Agents by actor, because an agent keeps what it verified; actors by agent and role. */
    readonly #agents = new Map<string, HttpAgent>();
    readonly #actors = new Map<string, Readonly<Record<string, Method>>>();

    constructor(connection: Connection, roles: LiveRoles, clock: LiveClock) {
        this.#connection = connection;
        this.#management = managementOf(connection.agentOf(actorIdentity(DEPLOYER)));
        this.#roles = roles;
        this.#clock = clock;
        this.#observer = connection.agentOf(new AnonymousIdentity());
        this.canisters = roles.names;
    }

    principalOf(role: string): string {
        return this.#roles.principalOf(role);
    }

    actorPrincipal(actor: string): string {
        return this.#roles.actorPrincipal(actor);
    }

    async renew(what: 'clean' | 'left-over'): Promise<void> {
        // A canister is stopped when all its call contexts are closed ("IC method stop_canister").
        const leftOver = what === 'left-over';
        if (leftOver) await this.#roles.each('stop', ({ id }) => this.#management.stop_canister({ canister_id: id }));
        await this.#roles.each('installation', role =>
            reinstall(this.#management, role, role.deployment.initArg(this))
        );
        if (leftOver) await this.#roles.each('start', ({ id }) => this.#management.start_canister({ canister_id: id }));
    }

    async submit(call: RootCall): Promise<LiveOutcome> {
        const func = this.#method(call.canister, call.method);
        const doing = { url: this.#connection.url, what: `calling ${call.canister}.${call.method}` };
        const actor = this.#actor(call.actor, call.canister);
        try {
            const value = await actor[call.method]!(...IDL.decode(func.argTypes, call.arg));
            return { kind: 'reply', reply: IDL.encode(func.retTypes, valuesOf(func, value)) };
        } catch (thrown) {
            return outcomeOfFailure(thrown, doing);
        }
    }

    async query(role: string, method: string, arg: Uint8Array): Promise<CallResult> {
        try {
            const response = await this.#observer.query(this.#roles.of(role).id, { methodName: method, arg });
            if (response.status === 'replied') return { kind: 'reply', reply: response.reply.arg };
            const reject = { code: Number(response.reject_code) as RejectCode, message: response.reject_message };
            const { error_code: errorCode } = response;
            return { kind: 'reject', ...reject, ...(errorCode === undefined ? {} : { errorCode }) };
        } catch (thrown) {
            const doing = { url: this.#connection.url, what: `asking ${role}.${method}` };
            throw networkFailure((await this.#silence(thrown)) ?? thrown, doing);
        }
    }

    /**
     * The agent asks for the keys of nodes beside the query, and forgets why that failed: when there are none, the reason may be that
     * nobody answers any more. Then this is the failure that says so.
     */
    async #silence(thrown: unknown): Promise<unknown> {
        if (agentFailure(thrown)?.name !== 'MissingSignatureErrorCode') return undefined;
        try {
            await this.#observer.status();
            return undefined;
        } catch (error) {
            return error;
        }
    }

    async wait(units: number): Promise<void> {
        await this.#clock.sleep(units);
    }

    now(): number {
        return this.#clock.now();
    }

    /** Deletes the canisters: a network that is not ours keeps none of them. */
    async close(): Promise<readonly string[]> {
        const roles = this.#roles.all;
        const ids = roles.map(({ id }) => id);
        return deleteCanisters(this.#connection, roles.map(({ deployment }) => deployment), ids);
    }

    #method(role: string, method: string): IDL.FuncClass {
        const field = this.#roles.of(role).deployment.service._fields.find(([name]) => name === method);
        if (field === undefined) throw new RangeError(`"${role}" has no method "${method}"`);
        return field[1];
    }

    #actor(actor: string, role: string): Readonly<Record<string, Method>> {
        const key = JSON.stringify([actor, role]);
        let found = this.#actors.get(key);
        if (found === undefined) {
            let agent = this.#agents.get(actor);
            if (agent === undefined) {
                agent = this.#connection.agentOf(actorIdentity(actor));
                this.#agents.set(actor, agent);
            }
            const { deployment, id } = this.#roles.of(role);
            const service = replicated(deployment.service);
            found = Actor.createActor(() => service, { agent, canisterId: id }) as Readonly<Record<string, Method>>;
            this.#actors.set(key, found);
        }
        return found;
    }
}

/** A root call is an ingress message whatever the method: a query method is called replicated, unless it is a composite one. */
function replicated(service: IDL.ServiceClass): IDL.ServiceClass {
    return IDL.Service(
        Object.fromEntries(
            service._fields.map(([name, { argTypes, retTypes, annotations }]) => {
                return [name, IDL.Func(argTypes, retTypes, annotations.filter(each => each !== 'query'))];
            })
        )
    );
}

/** An actor gives one result bare, none as undefined. */
function valuesOf({ retTypes }: IDL.FuncClass, value: unknown): unknown[] {
    if (retTypes.length === 0) return [];
    return retTypes.length === 1 ? [value] : (value as unknown[]);
}

/** A rejection is the canister's or the management canister's word, and names the role; anything else is the network's. */
async function deploying<T>(
    { url }: Connection,
    { role, name }: Pick<LiveDeployment, 'role' | 'name'>,
    what: string,
    act: () => Promise<T>
): Promise<T> {
    try {
        return await act();
    } catch (thrown) {
        const outcome = outcomeOfFailure(thrown, { url, what: `${what} of ${role}` });
        if (outcome.kind === 'unknown') throw networkFailure(thrown, { url, what: `${what} of ${role}` });
        throw new DeploymentError(role, name, what, rejectIn(outcome));
    }
}

/** Why a last act failed: only told, since what it was for is done. Throws what is no failure of replica or network. */
function reasonOf(thrown: unknown, doing: Doing): string {
    try {
        const outcome = outcomeOfFailure(thrown, doing);
        return outcome.kind === 'unknown' ? outcome.reason : rejectIn(outcome).message;
    } catch (error) {
        if (error instanceof NetworkError) return error.message;
        throw error;
    }
}

function rejectIn(outcome: LiveOutcome): Reject {
    return outcome.kind === 'reject' || outcome.kind === 'refused' ? outcome : { code: 6, message: 'no answer came' };
}
