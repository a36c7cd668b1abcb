/** Canister B: what its caller hears of a call, and what the call left behind, are two things. */
import { call, IDL, msgReject, query, trap, update } from 'azle';
import type { Principal } from 'azle';

export default class Callee {
    y = 0n;
    lines: string[] = [];

    @update
    increment_y(): void {
        this.y += 1n;
    }

    /** Row `callee-trap`: nothing of this message is kept. */
    @update
    increment_y_trap(): void {
        this.y += 1n;
        trap('B traps');
    }

    /** Row `callee-reject`: an explicit reject is an answer like any other, and the message commits. */
    @update([], undefined, { manual: true })
    increment_y_reject(): void {
        this.y += 1n;
        // Not `throw`: an uncaught throw traps in Azle.
        msgReject('B rejects');
    }

    /** Row `callee-late-trap`: the await committed the increment before the trap. */
    @update([IDL.Principal])
    async increment_y_late_trap(third: Principal): Promise<void> {
        this.y += 1n;
        await call(third, 'increment_y');
        trap('B traps late');
    }

    /** Canister2 of rows `increment-both-*`: its variable is called externalState there. */
    @update
    increment(): void {
        this.y += 1n;
    }

    /** Row `fifo-two-requests`. */
    @update([IDL.Text])
    log(line: string): void {
        this.lines.push(line);
    }

    @query([], IDL.Nat)
    get_y(): bigint {
        return this.y;
    }

    @query([], IDL.Vec(IDL.Text))
    get_log(): string[] {
        return this.lines;
    }
}
