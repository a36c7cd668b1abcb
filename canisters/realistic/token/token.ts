/** A token that keeps everything in stable memory: holders in a map ordered by principal, freezes and history beside it. */
import { IDL, init, msgCaller, postUpgrade, preUpgrade, Principal, query, StableBTreeMap, trap, update } from 'azle';
import type { Serializable } from 'azle';

const Event = IDL.Variant({
    mint: IDL.Tuple(IDL.Principal, IDL.Nat),
    move: IDL.Record({ from: IDL.Principal, to: IDL.Principal, amount: IDL.Nat })
});
type Event = { mint: [Principal, bigint] } | { move: { from: Principal; to: Principal; amount: bigint } };
const Result = IDL.Variant({ ok: IDL.Null, err: IDL.Text });
type Result = { ok: null } | { err: string };

/** Bytes as Candid has them, without JSON. */
function candid(type: IDL.Type): Serializable {
    return {
        toBytes: value => IDL.encode([type], [value]),
        fromBytes: bytes => IDL.decode([type], bytes)[0]
    };
}

const principals: Serializable = {
    toBytes: (principal: Principal) => principal.toUint8Array(),
    fromBytes: bytes => Principal.fromUint8Array(bytes)
};

export default class Token {
    holders = new StableBTreeMap<Principal, bigint>(0, principals, candid(IDL.Nat));
    frozen = new StableBTreeMap<Principal, string>(1, principals);
    history = new StableBTreeMap<number, Event>(2, candid(IDL.Nat32), candid(Event));
    upgrades = new StableBTreeMap<string, string[]>(3);
    /** On the heap: an upgrade forgets it, and `postUpgrade` finds it again. */
    owner = Principal.anonymous();
    moves = 0;

    @init([IDL.Text])
    init(reason: string): void {
        this.owner = msgCaller();
        this.upgrades.insert('log', [`init: ${reason}`]);
    }

    @preUpgrade
    before(): void {
        this.upgrades.insert('log', [...this.log(), `before: ${this.moves} moves`]);
    }

    @postUpgrade([IDL.Text])
    after(reason: string): void {
        if (reason === 'refuse') trap('this upgrade is refused');
        this.owner = msgCaller();
        this.upgrades.insert('log', [...this.log(), `after: ${reason}`]);
    }

    @update([IDL.Principal, IDL.Nat])
    mint(to: Principal, amount: bigint): void {
        this.onlyOwner();
        this.holders.insert(to, this.balanceOf(to) + amount);
        this.record({ mint: [to, amount] });
    }

    @update([IDL.Principal, IDL.Nat], Result)
    move(to: Principal, amount: bigint): Result {
        const from = msgCaller();
        const reason = this.frozen.get(from);
        if (reason !== undefined) return { err: `frozen: ${reason}` };
        const balance = this.balanceOf(from);
        if (balance < amount) return { err: `balance ${balance}` };
        if (balance === amount) this.holders.remove(from);
        else this.holders.insert(from, balance - amount);
        this.holders.insert(to, this.balanceOf(to) + amount);
        this.record({ move: { from, to, amount } });
        this.moves += 1;
        return { ok: null };
    }

    @update([IDL.Principal, IDL.Text])
    freeze(who: Principal, reason: string): void {
        this.onlyOwner();
        this.frozen.insert(who, reason);
    }

    /** Holders with the largest balances. */
    @query([IDL.Nat], IDL.Vec(IDL.Tuple(IDL.Principal, IDL.Nat)))
    top(count: bigint): [Principal, bigint][] {
        const sorted = this.holders.items().sort(([, a], [, b]) => (a < b ? 1 : a > b ? -1 : 0));
        return sorted.slice(0, Number(count));
    }

    @query([], IDL.Nat)
    supply(): bigint {
        return this.holders.values().reduce((sum, amount) => sum + amount, 0n);
    }

    @query([], IDL.Nat)
    size(): bigint {
        return BigInt(this.holders.len());
    }

    @query([IDL.Nat, IDL.Nat], IDL.Vec(Event))
    events(start: bigint, length: bigint): Event[] {
        return this.history.values(Number(start), Number(length));
    }

    @query([], IDL.Vec(IDL.Text))
    log(): string[] {
        return this.upgrades.get('log') ?? [];
    }

    balanceOf(who: Principal): bigint {
        return this.holders.get(who) ?? 0n;
    }

    record(event: Event): void {
        this.history.insert(this.history.len(), event);
    }

    /** Guard: only who installed the token, or upgraded it last. */
    onlyOwner(): void {
        if (msgCaller().toText() !== this.owner.toText()) throw new Error('only the owner may do this');
    }
}
