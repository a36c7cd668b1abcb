/**
 * A counter whose methods tell what they saw of it before, between and after their awaits.
 *
 * `await self('foo')` is a message that the canister sends to itself: while it is under way the canister serves whoever
 * comes. (A plain `await this.foo()` would stay in this segment.)
 */
import { call, canisterSelf, IDL, query, update } from 'azle';

type Seen = { i0: bigint; i1: bigint; i2: bigint };
const Seen = IDL.Record({ i0: IDL.Nat, i1: IDL.Nat, i2: IDL.Nat });

export default class Queue {
    i = 0n;

    @update([], IDL.Nat)
    foo(): bigint {
        this.i += 1n;
        return this.i;
    }

    /** Rows `halt-2`, `halt-30` and `halt-100`. */
    @update([], Seen)
    async test(): Promise<Seen> {
        const i0 = this.i;
        const i1 = await self('foo');
        const i2 = await self('foo');
        return { i0, i1, i2 };
    }

    /** Row `halt-2-read`. */
    @update([], Seen)
    async test_read(): Promise<Seen> {
        const i0 = this.i;
        await self('foo');
        // Not the reply, but `i` when this call goes on: others may have counted since foo replied.
        const i1 = this.i;
        await self('foo');
        const i2 = this.i;
        return { i0, i1, i2 };
    }

    /** Row `no-await`. One segment: nobody comes between its lines. */
    @update([IDL.Text], IDL.Text)
    greet(name: string): string {
        const i0 = this.i;
        this.i += 1n;
        const i1 = this.i;
        return `Hello, ${name} ${i0} ${i1}!`;
    }

    /** Row `no-await/mutant`. Breaks. */
    @update([IDL.Text], IDL.Text)
    async greet_await(name: string): Promise<string> {
        const i0 = this.i;
        this.i += 1n;
        // The one line more: others greet here.
        await call(canisterSelf(), 'pause');
        const i1 = this.i;
        return `Hello, ${name} ${i0} ${i1}!`;
    }

    @update
    pause(): void {}

    /** Row `query-mutation`. What a query method changes is discarded, however it is called. */
    @query([], IDL.Nat)
    add_in_query(): bigint {
        this.i += 1_000n;
        return this.i;
    }

    /** Row `query-mutation/mutant`: the same as an update method. Breaks. */
    @update([], IDL.Nat)
    add_in_update(): bigint {
        this.i += 1_000n;
        return this.i;
    }

    /** Row `query-mutation`: the query method called as part of an update. */
    @update([], Seen)
    async test_query(): Promise<Seen> {
        const i0 = this.i;
        const i1 = await self('add_in_query');
        const i2 = this.i;
        return { i0, i1, i2 };
    }

    @query([], IDL.Nat)
    get_i(): bigint {
        return this.i;
    }
}

/** A request to this canister itself, to a method that replies a number. */
function self(method: 'foo' | 'add_in_query'): Promise<bigint> {
    return call<[], bigint>(canisterSelf(), method, { returnIdlType: IDL.Nat });
}
