/** The embedded backend: the port, spoken by the replica in this process. */
import { Principal } from '@dfinity/principal';
import { Replica, stepLimits } from '../replica/index.ts';
import type { Message } from '../replica/index.ts';
import { outcallText } from '../trace/outcall-text.ts';
import { isTask } from '../trace/types.ts';
import type { CallResult, MessageDescription, Outcome, PendingMessage, RejectCode, RootCall } from '../trace/types.ts';
import { DEPLOYER, deployAll, idsOf } from './deploy.ts';
import { actorPrincipal } from './identities.ts';
import { EmbeddedFaults } from './embedded-faults.ts';
import type { FaultPort } from './fault-port.ts';
import type { BackendOptions, BlockCoverage, Deployment, Mark, RememberableBackend } from './port.ts';

/**
 * A subnet with these canisters installed and settled. Deterministic for the same deployments and options.
 * Throws DeploymentError, UnsettledDeploymentError.
 */
export function deployEmbedded(deployments: readonly Deployment[], options: BackendOptions): RememberableBackend {
    const { seed, memory = 'fast', fees = 'standard', metering = 'auto', stepsMax, outcalls } = options;
    const { marksBlocks = false } = options;
    const limits = { ...options.limits, ...(stepsMax === undefined ? {} : { steps: stepLimits(stepsMax) }) };
    const answered = outcalls === undefined ? {} : { outcalls };
    const replica = new Replica({ seed, memory, fees, metering, limits, identity: 'causal', marksBlocks, ...answered });
    const backend = new EmbeddedBackend(replica, deployments);
    deployAll(replica, deployments, backend);
    return backend;
}

// The replica's messages and executions have the shape of the port's: they are handed through without a copy. What the
// explorer hands back is always something that it was given, hence the casts.
class EmbeddedBackend implements RememberableBackend {
    readonly canisters: readonly string[];
    readonly faults: FaultPort;
    readonly #replica: Replica;
    readonly #ids: readonly Principal[];
    readonly #bytes: readonly Uint8Array[];
    readonly #actors = new Map<string, Uint8Array>();
    /** Actor or role by the bytes of its principal, for readers. */
    readonly #names: { readonly bytes: Uint8Array; readonly name: string }[] = [];
    readonly #roots: (Message | undefined)[] = [];

    constructor(replica: Replica, deployments: readonly Deployment[]) {
        this.#replica = replica;
        this.canisters = deployments.map(({ role }) => role);
        this.#ids = idsOf(deployments);
        this.#bytes = this.#ids.map((id) => id.toUint8Array());
        this.#bytes.forEach((id, index) => this.#names.push({ bytes: id, name: this.canisters[index]! }));
        this.faults = new EmbeddedFaults(replica, (canister) => deployments[canister]!.initArg(this));
        this.#names.push({ bytes: actorPrincipal(DEPLOYER).toUint8Array(), name: DEPLOYER });
    }

    principalOf(role: string): string {
        return this.#ids[this.#indexOf(role)]!.toText();
    }

    actorPrincipal(actor: string): string {
        return Principal.fromUint8Array(this.#actor(actor)).toText();
    }

    submit(call: RootCall, root: number): PendingMessage {
        const { actor, label, canister, method, arg } = call;
        const canisterId = this.#bytes[this.#indexOf(canister)]!;
        const message = this.#replica.submit({ sender: this.#actor(actor), canisterId, method, arg, label, root });
        this.#roots[root] = message;
        return message;
    }

    enabled(): readonly PendingMessage[] {
        return this.#replica.enabled();
    }

    nextInRound(): PendingMessage | undefined {
        return this.#replica.nextInRound();
    }

    execute(message: PendingMessage): Outcome {
        return this.#replica.execute(message as Message);
    }

    reject(message: PendingMessage, code: RejectCode, text: string): Outcome {
        return this.#replica.reject(message as Message, code, text);
    }

    expirable(): readonly PendingMessage[] {
        return this.#replica.expirable();
    }

    expire(message: PendingMessage, queued: 'dropped' | 'delivered-later'): Outcome {
        return this.#replica.expire(message as Message, queued);
    }

    query(role: string, method: string, arg: Uint8Array): CallResult {
        return this.#replica.observe({ canisterId: this.#bytes[this.#indexOf(role)]!, method, arg });
    }

    result(root: number): CallResult | undefined {
        const message = this.#roots[root];
        return message === undefined ? undefined : this.#replica.result(message);
    }

    inFlight(): readonly PendingMessage[] {
        return this.#replica.inFlight();
    }

    waiting(): readonly PendingMessage[] {
        return this.#replica.waiting();
    }

    pathOf(message: PendingMessage): string {
        return (message as Message).path;
    }

    quiescent(): boolean {
        return this.#replica.quiescent();
    }

    describe(message: PendingMessage): MessageDescription {
        const { path, kind, canister, sender, method, data, argument, reject, callee, bestEffort, outcall } =
            this.#replica.describe(message as Message);
        return {
            path, kind, method, data, bestEffort,
            canister: this.#name(canister.bytes),
            sender: isTask(kind) ? '' : this.#name(sender),
            ...(outcall === undefined ? {} : { outcall: outcallText(outcall) }),
            ...(argument === undefined ? {} : { argument }),
            ...(reject === undefined ? {} : { reject }),
            ...(callee === undefined ? {} : { callee: this.#name(callee.bytes) })
        };
    }

    stateVersion(canister: number): number {
        return this.#replica.addressAt(canister).canister?.stateVersion ?? 0;
    }

    blocks(canister: number): BlockCoverage | undefined {
        return this.#replica.addressAt(canister).canister?.code?.prepared.blocks;
    }

    timeNs(): bigint {
        return this.#replica.time();
    }

    nextTimerNs(): bigint | undefined {
        return this.#replica.nextTimer();
    }

    advanceTimeTo(timeNs: bigint): readonly number[] {
        return this.#replica.advanceTime(timeNs - this.#replica.time());
    }

    mark(): Mark {
        return this.#replica.mark();
    }

    rollback(mark: Mark): void {
        this.#replica.rollback(mark);
    }

    digest(order?: 'as-created' | 'by-name'): string {
        return this.#replica.digest(order);
    }

    #indexOf(role: string): number {
        const index = this.canisters.indexOf(role);
        if (index < 0) throw new RangeError(`no canister plays "${role}"; roles: ${this.canisters.join(', ')}`);
        return index;
    }

    #actor(name: string): Uint8Array {
        let bytes = this.#actors.get(name);
        if (bytes === undefined) {
            bytes = actorPrincipal(name).toUint8Array();
            this.#actors.set(name, bytes);
            this.#names.push({ bytes, name });
        }
        return bytes;
    }

    /** Looked up by the bytes: the text of a principal is a checksum in base 32, too dear for each message, and so is a key of a map. */
    #name(bytes: Uint8Array): string {
        const names = this.#names;
        for (let index = 0; index < names.length; index++) {
            const each = names[index]!;
            if (!isSame(each.bytes, bytes)) continue;
            // Of many actors those that call often come to the front.
            if (index > 0) {
                names[index] = names[index - 1]!;
                names[index - 1] = each;
            }
            return each.name;
        }
        return Principal.fromUint8Array(bytes).toText();
    }
}

/** Principals mostly differ at the end: ids of canisters begin with zeros. */
function isSame(one: Uint8Array, other: Uint8Array): boolean {
    if (one === other) return true;
    let index = one.length;
    if (index !== other.length) return false;
    while (index > 0 && one[index - 1] === other[index - 1]) index--;
    return index === 0;
}
