/** What Azle programs do besides keeping state: guards, hooks, timers, cycles, calls, heartbeats, rich Candid types. */
import {
    call,
    canisterCycleBalance,
    canisterSelf,
    clearTimer,
    heartbeat,
    IDL,
    init,
    inspectMessage,
    isController,
    msgArgData,
    msgCaller,
    msgCyclesAccept,
    msgCyclesAvailable,
    msgCyclesRefunded,
    msgMethodName,
    msgReject,
    msgReply,
    postUpgrade,
    query,
    setTimer,
    setTimerInterval,
    time,
    trap,
    update
} from 'azle';
import type { Principal } from 'azle';

const Item = IDL.Record({
    name: IDL.Text,
    price: IDL.Nat,
    kind: IDL.Variant({ Drink: IDL.Null, Snack: IDL.Record({ grams: IDL.Nat32 }), Other: IDL.Opt(IDL.Text) }),
    tags: IDL.Vec(IDL.Text),
    ratio: IDL.Float64
});
type Item = {
    name: string;
    price: bigint;
    kind: { Drink: null } | { Snack: { grams: number } } | { Other: [] | [string] };
    tags: string[];
    ratio: number;
};
const Tree = IDL.Rec();
Tree.fill(IDL.Variant({ Leaf: IDL.Int, Node: IDL.Tuple(Tree, Tree) }));
type Tree = { Leaf: bigint } | { Node: [Tree, Tree] };

/** A guard as a decorator: runs before the method and rejects by throwing. */
function guarded(guard: () => void) {
    return function <This, Args extends unknown[], Return>(method: (this: This, ...args: Args) => Return) {
        return function (this: This, ...args: Args): Return {
            guard();
            return method.apply(this, args);
        };
    };
}

function onlyController(): void {
    if (!isController(msgCaller())) throw new Error(`${msgCaller().toText()} is no controller`);
}

export default class Kiosk {
    owner = 'nobody';
    items: Item[] = [];
    heard: string[] = [];
    beats = 0;
    start = 0n;

    @init([IDL.Text])
    init(owner: string): void {
        this.owner = owner;
        this.start = time();
        setTimer(0, () => this.note('opened'));
    }

    @postUpgrade([IDL.Text])
    upgraded(owner: string): void {
        this.owner = `${owner} after an upgrade`;
        this.start = time();
    }

    @inspectMessage
    inspect(): boolean {
        if (msgMethodName() === 'offer') return msgArgData().length < 10_000;
        return msgMethodName() !== 'internal';
    }

    @heartbeat
    beat(): void {
        this.beats += 1;
    }

    @query([], IDL.Text)
    whose(): string {
        return this.owner;
    }

    @query([], IDL.Vec(IDL.Text))
    log(): string[] {
        return this.heard;
    }

    @query([], IDL.Nat32)
    beatsSeen(): number {
        return this.beats;
    }

    @update([Item], IDL.Nat32)
    @guarded(onlyController)
    offer(item: Item): number {
        return this.items.push(item);
    }

    @query([IDL.Text], IDL.Opt(Item))
    find(name: string): [] | [Item] {
        const found = this.items.find(item => item.name === name);
        return found === undefined ? [] : [found];
    }

    @update([])
    internal(): void {
        this.note(`internal by ${msgCaller().toText() === canisterSelf().toText() ? 'itself' : 'somebody'}`);
    }

    /** A call to itself is no ingress message: nobody inspects it. */
    @update([])
    async throughItself(): Promise<void> {
        await call(canisterSelf(), 'internal', {});
    }

    @query([Tree], IDL.Int)
    sum(tree: Tree): bigint {
        return 'Leaf' in tree ? tree.Leaf : this.sum(tree.Node[0]) + this.sum(tree.Node[1]);
    }

    /** Decodes and answers by hand, one way or the other. */
    @update([IDL.Bool], IDL.Text, { manual: true })
    byHand(): void {
        const [well] = IDL.decode([IDL.Bool], msgArgData());
        if (well === true) msgReply(IDL.encode([IDL.Text], ['by hand']));
        else msgReject('not today');
    }

    /** A query sees what it wrote itself, and nobody else ever does. */
    @query([], IDL.Nat32)
    forgotten(): number {
        return this.items.push({ name: 'ghost', price: 0n, kind: { Drink: null }, tags: [], ratio: 0 });
    }

    @update([IDL.Text])
    failing(how: string): void {
        this.owner = 'a thief';
        if (how === 'trap') trap('trapped on purpose');
        throw new Error('thrown on purpose');
    }

    @update([IDL.Nat32], IDL.Nat64)
    tick(seconds: number): bigint {
        return setTimerInterval(seconds, () => this.note('tick'));
    }

    @update([IDL.Nat32, IDL.Text], IDL.Nat64)
    remind(seconds: number, what: string): bigint {
        return setTimer(seconds, async () => {
            this.note(`${what} begins`);
            await call(canisterSelf(), 'internal', {});
            this.note(`${what} ends`);
        });
    }

    @update([IDL.Nat64])
    forget(id: bigint): void {
        clearTimer(id);
    }

    @update([IDL.Nat], IDL.Nat)
    take(most: bigint): bigint {
        const available = msgCyclesAvailable();
        return msgCyclesAccept(most < available ? most : available);
    }

    /** Sends cycles; says what the other one took, what came back, and that the balance says the same. */
    @update([IDL.Principal, IDL.Nat, IDL.Nat], IDL.Record({ taken: IDL.Nat, refunded: IDL.Nat, spent: IDL.Nat }))
    async send(to: Principal, cycles: bigint, most: bigint): Promise<object> {
        const before = canisterCycleBalance();
        const options = { paramIdlTypes: [IDL.Nat], returnIdlType: IDL.Nat, args: [most] as [bigint], cycles };
        const taken = await call<[bigint], bigint>(to, 'take', options);
        return { taken, refunded: msgCyclesRefunded(), spent: before - canisterCycleBalance() };
    }

    /** What a failing call looks like from here. */
    @update([IDL.Principal, IDL.Text], IDL.Text)
    async tryOut(other: Principal, method: string): Promise<string> {
        try {
            await call<[string], undefined>(other, method, { paramIdlTypes: [IDL.Text], args: ['trap'] });
            return 'fine';
        } catch (error) {
            const { type, rejectCode } = error as { type: string; rejectCode: number };
            return `${type} ${rejectCode}`;
        }
    }

    /** Creates a canister through the management canister and tells its id. */
    @update([IDL.Nat], IDL.Principal)
    async create(cycles: bigint): Promise<Principal> {
        const controllers = IDL.Opt(IDL.Vec(IDL.Principal));
        const settings = IDL.Record({ settings: IDL.Opt(IDL.Record({ controllers })) });
        const created = await call<[object], { canister_id: Principal }>('aaaaa-aa', 'create_canister', {
            paramIdlTypes: [settings],
            returnIdlType: IDL.Record({ canister_id: IDL.Principal }),
            args: [{ settings: [{ controllers: [[msgCaller(), canisterSelf()]] }] }],
            cycles
        });
        return created.canister_id;
    }

    note(what: string): void {
        this.heard.push(`${what}@${(time() - this.start) / 1_000_000_000n}`);
    }
}
