/** A canister that awaits the world: an HTTP outcall is a call to the management canister, and commits like any other. */
import { call, canisterSelf, IDL, query, update } from 'azle';
import { http_request_args, http_request_result, http_transform_args } from 'azle/canisters/management/idl';

export default class Outcall {
    x = 0n;
    balance = 100n;
    paid = 0n;

    /** Row `http-outcall-await`. Goes on when the outcall fails. */
    @update([], IDL.Text)
    async foo(): Promise<string> {
        this.x += 1n;
        // Commit point: from here until the answer is handled X is 1.
        const answer = await outcall(request()).then(({ status }) => String(status), () => 'failed');
        this.x += 2n;
        return answer;
    }

    /** Row `http-outcall-await/swapped`. Breaks. */
    @update([IDL.Int], IDL.Bool)
    async withdraw_swapped(amount: bigint): Promise<boolean> {
        if (this.balance < amount) return false;
        const ok = await outcall(payment(amount)).then(({ status }) => status === 200n, () => false);
        // Reserved after the outcall, not before: a second call that came meanwhile passed the same check.
        if (ok) {
            this.balance -= amount;
            this.paid += amount;
        }
        return ok;
    }

    /** Row `http-outcall-await/reserved`: check, reserve, pay, give back on failure. Holds. */
    @update([IDL.Int], IDL.Bool)
    async withdraw_reserved(amount: bigint): Promise<boolean> {
        if (this.balance < amount) return false;
        this.balance -= amount;
        const ok = await outcall(payment(amount)).then(({ status }) => status === 200n, () => false);
        if (ok) this.paid += amount;
        else this.balance += amount;
        return ok;
    }

    @query([], IDL.Nat)
    get_x(): bigint {
        return this.x;
    }

    @query([], IDL.Int)
    get_balance(): bigint {
        return this.balance;
    }

    @query([], IDL.Int)
    get_paid(): bigint {
        return this.paid;
    }

    @query([http_transform_args], http_request_result)
    without_headers({ response }: http_transform_args): http_request_result {
        return { ...response, headers: [] };
    }
}

function outcall(args: http_request_args): Promise<http_request_result> {
    return call<[http_request_args], http_request_result>('aaaaa-aa', 'http_request', {
        paramIdlTypes: [http_request_args],
        returnIdlType: http_request_result,
        args: [args],
        cycles: 1_000_000_000n
    });
}

function request(): http_request_args {
    return {
        url: 'https://example.org/rate',
        max_response_bytes: [1_000n],
        method: { get: null },
        headers: [],
        body: [],
        transform: [{ function: [canisterSelf(), 'without_headers'], context: new Uint8Array() }]
    };
}

function payment(amount: bigint): http_request_args {
    const body: [Uint8Array] = [new TextEncoder().encode(String(amount))];
    return { ...request(), url: 'https://bank.example/pay', method: { post: null }, body };
}
