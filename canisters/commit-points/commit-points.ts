/**
 * Canister A: a message commits at its end and at each await, and a trap undoes what came after the last commit only.
 *
 * Each method stands whole, with B as an argument. The comment in a body marks the line that makes the difference.
 */
import { call, IDL, msgArgData, msgCaller, msgReject, query, trap, update } from 'azle';
import type { Principal } from 'azle';

type Result = { ok: null } | { err: string };
const Result = IDL.Variant({ ok: IDL.Null, err: IDL.Text });
const TransferResult = IDL.Variant({ ok: IDL.Nat, err: IDL.Text });
const Blocks = IDL.Record({ catches: IDL.Nat, finallys: IDL.Nat });

export default class CommitPoints {
    x = 0n;
    balance = 100n;
    catches = 0n;
    finallys = 0n;
    lines: string[] = [];

    // ---- "Asynchronous Execution": without a call ----

    /** Row `atomic-increment`: one message, one commit. Nobody sees 1. */
    @update([], IDL.Bool)
    double_increment(): boolean {
        this.x += 1n;
        this.x += 1n;
        return true;
    }

    /** Row `atomic-trap`: nothing was committed yet, so nothing is kept. */
    @update([], IDL.Bool)
    double_increment_trap(): boolean {
        this.x += 1n;
        this.x += 1n;
        trap('always revert');
        return true;
    }

    // ---- "Asynchronous Execution": with calls ----

    /** Row `trap-after-await`. Breaks: the first increment was committed by the await, B's by its reply. */
    @update([IDL.Principal], IDL.Bool)
    async trap_after_await(b: Principal): Promise<boolean> {
        this.x += 1n;
        const ok = await call<[], boolean>(b, 'bar', { returnIdlType: IDL.Bool });
        trap('always revert');
        return ok;
    }

    /** Row `trap-before-await`. The same with the trap before the commit point: nothing is kept, and B hears nothing. */
    @update([IDL.Principal], IDL.Bool)
    async trap_before_await(b: Principal): Promise<boolean> {
        this.x += 1n;
        trap('always revert');
        const ok = await call<[], boolean>(b, 'bar', { returnIdlType: IDL.Bool });
        return ok;
    }

    /** Rows `commit-points` and `missing-method`. Goes on when the call fails, as published. */
    @update([IDL.Principal], IDL.Text)
    async foo(b: Principal): Promise<string> {
        this.x += 1n;
        // Commit point of A. The next one is B's, when it replies; the last one A's, at the end.
        const answer = await call(b, 'increment_y').then(() => 'reply', told);
        this.x += 2n;
        return answer;
    }

    /** Row `callee-trap`: `foo`, and B traps. */
    @update([IDL.Principal], IDL.Text)
    async foo_callee_trap(b: Principal): Promise<string> {
        this.x += 1n;
        const answer = await call(b, 'increment_y_trap').then(() => 'reply', told);
        this.x += 2n;
        return answer;
    }

    /** Row `callee-reject`: `foo`, and B rejects. */
    @update([IDL.Principal], IDL.Text)
    async foo_callee_reject(b: Principal): Promise<string> {
        this.x += 1n;
        const answer = await call(b, 'increment_y_reject').then(() => 'reply', told);
        this.x += 2n;
        return answer;
    }

    /** Row `callee-late-trap`: `foo`, and B traps after a call of its own, to C. */
    @update([IDL.Principal, IDL.Principal], IDL.Text)
    async foo_callee_late_trap(b: Principal, c: Principal): Promise<string> {
        this.x += 1n;
        const third = { paramIdlTypes: [IDL.Principal], args: [c] };
        const answer = await call(b, 'increment_y_late_trap', third).then(() => 'reply', told);
        this.x += 2n;
        return answer;
    }

    /** Row `trap-after-second-write`. Breaks: the trap undoes the second write only. */
    @update([IDL.Principal], IDL.Text)
    async foo_trap(b: Principal): Promise<string> {
        this.x += 1n;
        await call(b, 'increment_y');
        this.x += 2n;
        trap('always revert');
        return 'reply';
    }

    /** Row `two-calls`: each call adds two messages. */
    @update([IDL.Principal], IDL.Text)
    async foo_two_calls(b: Principal): Promise<string> {
        this.x += 1n;
        await call(b, 'increment_y');
        this.x += 2n;
        await call(b, 'increment_y');
        return 'reply';
    }

    // ---- A trap in a callback, and who cleans up ----

    /** Row `callback-trap-catch`. Breaks: after a trap in the callback the `catch` block runs as if the transfer had failed. */
    @update([IDL.Int, IDL.Principal], IDL.Bool)
    async withdraw_callback_trap(amount: bigint, ledger: Principal): Promise<boolean> {
        if (this.balance < amount) return false;
        this.balance -= amount;
        try {
            await call<[string, bigint]>(ledger, 'transfer', transferTo(msgCaller(), amount));
            trap('the callback traps');
            return true;
        } catch (error) {
            // Azle's cleanup callback rejects the promise of a transfer that was paid: this gives back what is gone.
            this.catches += 1n;
            this.balance += amount;
            throw error;
        } finally {
            this.finallys += 1n;
        }
    }

    /** Row `callback-trap-catch/fixed`. */
    @update([IDL.Int, IDL.Principal], IDL.Bool)
    async withdraw_callback_trap_fixed(amount: bigint, ledger: Principal): Promise<boolean> {
        if (this.balance < amount) return false;
        this.balance -= amount;
        try {
            await call<[string, bigint]>(ledger, 'transfer', transferTo(msgCaller(), amount));
            trap('the callback traps');
            return true;
        } catch (error) {
            // A rejection by the cleanup says nothing about the transfer: its answer had come, and its callback trapped. To
            // refund and return here would be right by luck only: the reply is not allowed in a cleanup, and would trap.
            if ((error as { type?: string }).type === 'CleanupCallback') throw error;
            this.catches += 1n;
            this.balance += amount;
            // Not `throw`: uncaught it would trap and undo the refund, and the cleanup could not tell why it runs.
            return false;
        } finally {
            this.finallys += 1n;
        }
    }

    // ---- "Asynchronous Execution on ICP": Canister1 ----

    /** Row `increment-both-throw`. Breaks: an uncaught throw traps, which undoes what followed the await, and nothing did. */
    @update([IDL.Principal])
    async increment_both_throw(canister2: Principal): Promise<void> {
        this.x += 1n;
        await call(canister2, 'increment');
        if (this.x > 0n) throw new Error('Failed to complete the operation.');
    }

    /** Row `increment-both-throw/reject`. Breaks: an explicit reject is an answer, not a roll back. */
    @update([IDL.Principal], undefined, { manual: true })
    async increment_both_reject(): Promise<void> {
        // Azle leaves the arguments to methods that answer by themselves.
        const [canister2] = IDL.decode([IDL.Principal], msgArgData()) as unknown as [Principal];
        this.x += 1n;
        await call(canister2, 'increment');
        if (this.x > 0n) msgReject('Failed to complete the operation.');
    }

    /** Row `increment-both-trap`. Breaks: a trap undoes what followed the await, and nothing did. */
    @update([IDL.Principal])
    async increment_both_trap(canister2: Principal): Promise<void> {
        this.x += 1n;
        await call(canister2, 'increment');
        if (this.x > 0n) trap('Failed to complete the operation.');
    }

    /** Row `increment-both-err`. Breaks: as for the replica this call succeeded. */
    @update([IDL.Principal], Result)
    async increment_both_err(canister2: Principal): Promise<Result> {
        this.x += 1n;
        await call(canister2, 'increment');
        if (this.x > 0n) return { err: 'Failed to complete the operation.' };
        return { ok: null };
    }

    /** Row `increment-both-throw/fixed`. What can fail comes before anything is changed. */
    @update([IDL.Principal])
    async increment_both_throw_fixed(canister2: Principal): Promise<void> {
        // Before the increment, too: where a throw is a reject, it commits, also in the first segment.
        if (this.x > 0n) throw new Error('Failed to complete the operation.');
        this.x += 1n;
        await call(canister2, 'increment');
    }

    /** Row `increment-both-trap/fixed`. */
    @update([IDL.Principal])
    async increment_both_trap_fixed(canister2: Principal): Promise<void> {
        if (this.x > 0n) trap('Failed to complete the operation.');
        this.x += 1n;
        await call(canister2, 'increment');
    }

    /** Row `increment-both-err/fixed`. */
    @update([IDL.Principal], Result)
    async increment_both_err_fixed(canister2: Principal): Promise<Result> {
        if (this.x > 0n) return { err: 'Failed to complete the operation.' };
        this.x += 1n;
        await call(canister2, 'increment');
        return { ok: null };
    }

    // ---- "Properties of message executions on ICP" ----

    /** Row `fifo-two-requests`: both requests leave in one segment. */
    @update([IDL.Principal])
    async send_two(b: Principal): Promise<void> {
        const first = call(b, 'log', { paramIdlTypes: [IDL.Text], args: ['m1'] });
        const second = call(b, 'log', { paramIdlTypes: [IDL.Text], args: ['m2'] });
        await first;
        await second;
    }

    /** Row `example-twice`. */
    @update([IDL.Principal, IDL.Text])
    async example(b: Principal, name: string): Promise<void> {
        // Block 1.
        this.lines.push(`${name}a`);
        await call(b, 'increment_y');
        // Block 2.
        this.lines.push(`${name}b`);
    }

    @query([], IDL.Nat)
    get_x(): bigint {
        return this.x;
    }

    @query([], IDL.Int)
    get_balance(): bigint {
        return this.balance;
    }

    @query([], Blocks)
    get_blocks(): { catches: bigint; finallys: bigint } {
        return { catches: this.catches, finallys: this.finallys };
    }

    @query([], IDL.Vec(IDL.Text))
    get_log(): string[] {
        return this.lines;
    }
}

/** What a caller learns of a call that failed. */
function told(error: unknown): string {
    const { rejectCode, rejectMessage } = error as { rejectCode?: number; rejectMessage?: string };
    const code = rejectCode === 5 ? 'CANISTER_ERROR' : rejectCode === 4 ? 'CANISTER_REJECT' : 'another code';
    return `${code}: ${rejectMessage}`;
}

/** How the ledger's `transfer` is called. */
function transferTo(account: Principal, amount: bigint) {
    return {
        paramIdlTypes: [IDL.Text, IDL.Int],
        returnIdlType: TransferResult,
        args: [account.toText(), amount] as [string, bigint]
    };
}
