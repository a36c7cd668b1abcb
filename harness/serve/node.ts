/** The replica as a node of its subnet: what has been asked, what is certified, who waits. */
import { subnetKeyOf, selfAuthenticatingId, type IngressCall, type Replica } from '../replica/index.ts';
import { SignedState, type CertifiedKey } from './certificate.ts';
import { hex } from './bytes.ts';
import { IngressHistory, type Ingress } from './ingress-history.ts';
import { nodeKeyOf } from './node-key.ts';
import { pathOf, type Path } from './prune.ts';
import { ALL_CANISTERS, StateTree, type SubnetIdentity } from './state-tree.ts';

/** What decides when messages execute: the clock, or commands. */
export interface Driver {
    /** Nanoseconds since 1970: what expired before has expired. */
    earliestNs(): bigint;
    /** What expires too long after this is refused. */
    latestNs(): bigint;
    /** There is something to execute. */
    wake(): void;
    /** Nothing may run any more. */
    stop(): void;
}

const TIMED_OUT = 2;
const DAY_NS = 86_400_000_000_000n;

/** Where a node is. */
interface Place {
    readonly type: SubnetIdentity['type'];
    readonly ranges: SubnetIdentity['ranges'];
    /** A node of the root subnet, unless this is one. */
    readonly root?: ServedNode;
    /** All subnets; more may come. */
    readonly all?: () => readonly SubnetIdentity[];
}

const ALONE: Place = { type: 'application', ranges: ALL_CANISTERS };

/** The later of both times, for `Driver.latestNs`: users' clocks go on where the replica's stands still, or lags behind a round. */
export function laterNs(clockNs: () => bigint, replica: Replica): bigint {
    const [clock, time] = [clockNs(), replica.time()];
    return clock > time ? clock : time;
}

/** Everything between HTTP and the replica. Not thread-safe, like the replica. */
export class ServedNode {
    readonly replica: Replica;
    readonly identity: SubnetIdentity;
    readonly history: IngressHistory;
    /** Grows with every state that can be certified. */
    height = 1;
    readonly #secretKey: Uint8Array;
    readonly #stateTree: StateTree;
    readonly #waiting = new Map<string, (() => void)[]>();
    readonly #root: ServedNode | undefined;
    #signed: SignedState | undefined = undefined;
    #delegation: { readonly fromNs: bigint; readonly certified: CertifiedKey } | undefined = undefined;

    /** `seed` has to be the replica's, or the subnet's if it is one of several. */
    constructor(replica: Replica, seed: string, place: Place = ALONE) {
        this.replica = replica;
        const { type, ranges, root, all } = place;
        const { secretKey } = subnetKeyOf(seed);
        this.#secretKey = secretKey;
        this.#root = root;
        this.identity = identityOf(seed, type, ranges);
        this.history = new IngressHistory(replica);
        this.#stateTree = new StateTree(replica, this.identity, all ?? (() => [this.identity]));
    }

    /** DER form of the key that its certificates verify with in the end. */
    get rootKey(): Uint8Array {
        return (this.#root ?? this).identity.publicKeyDer;
    }

    /** A certificate of the present state that shows these paths and the time. */
    certificate(paths: readonly Path[]): Uint8Array {
        this.#signed ??= new SignedState(this.#stateTree.build(this.history.tree), this.#secretKey);
        return this.#signed.certificate([...paths, pathOf('time')], this.#delegated());
    }

    /** What the root certifies of this subnet; once a while, because agents take it for a month and every other signature costs time. */
    #delegated(): CertifiedKey | undefined {
        const { id } = this.identity;
        const now = this.replica.time();
        if (this.#root !== undefined && (this.#delegation === undefined || this.#delegation.fromNs + DAY_NS < now)) {
            const paths = [pathOf('subnet', id, 'public_key'), pathOf('subnet', id, 'canister_ranges')];
            const certificate = this.#root.certificate([...paths, pathOf('canister_ranges', id)]);
            this.#delegation = { fromNs: now, certified: { subnet_id: id, certificate } };
        }
        return this.#delegation?.certified;
    }

    /** Takes a call in; whoever drives has to be woken. Throws what `Replica.submit` throws. */
    submit(call: IngressCall, about: Omit<Ingress, 'status' | 'answeredNs' | 'answerBytes' | 'message'>): Ingress {
        const ingress = this.history.add({ ...about, message: this.replica.submit(call) });
        this.#changed();
        return ingress;
    }

    /**
     * To be called when time moved, before anything executes: calls that expired while they waited must not start any more. `executed`
     * has to follow.
     */
    expireCalls(): void {
        for (const { message, requestId } of this.history.overdue(this.replica.time())) {
            const text = `Ingress message 0x${hex(requestId)} timed out waiting to start executing.`;
            this.replica.reject(message, TIMED_OUT, text);
        }
    }

    /** To be called after messages executed or time moved: updates the history, wakes who waits. */
    executed(): void {
        for (const { requestId } of this.history.refresh()) {
            const key = hex(requestId);
            const waiting = this.#waiting.get(key) ?? [];
            this.#waiting.delete(key);
            waiting.forEach((wake) => wake());
        }
        for (const { message } of this.history.prune(this.replica.time())) {
            this.replica.forget(message);
        }
        this.#changed();
    }

    /** Resolves when the call is answered, or after `timeoutMs`. */
    answered(ingress: Ingress, timeoutMs: number): Promise<void> {
        if (isAnswered(ingress)) {
            return Promise.resolve();
        }
        const key = hex(ingress.requestId);
        return new Promise((resolve) => {
            const timer = setTimeout(() => {
                const others = (this.#waiting.get(key) ?? []).filter((other) => other !== wake);
                if (others.length === 0) {
                    this.#waiting.delete(key);
                } else {
                    this.#waiting.set(key, others);
                }
                resolve();
            }, timeoutMs);
            const wake = (): void => {
                clearTimeout(timer);
                resolve();
            };
            this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), wake]);
        });
    }

    /** Wakes everybody who waits for an answer, because there will be none. */
    stopWaiting(): void {
        for (const waiting of this.#waiting.values()) {
            waiting.forEach((wake) => wake());
        }
        this.#waiting.clear();
    }

    #changed(): void {
        this.height++;
        this.#signed = undefined;
    }
}

/** The subnet with this seed. */
export function identityOf(
    seed: string,
    type: SubnetIdentity['type'],
    ranges: SubnetIdentity['ranges']
): SubnetIdentity {
    const { publicKeyDer } = subnetKeyOf(seed);
    return { id: selfAuthenticatingId(publicKeyDer), publicKeyDer, node: nodeKeyOf(seed), type, ranges };
}

/** Whether nothing more will come. */
export function isAnswered({ status }: Ingress): boolean {
    return status !== 'received' && status !== 'processing';
}
