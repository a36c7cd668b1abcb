/** The example canisters as toy actors: a segment is what runs between two awaits, as in the catalogue. */
import { IDL } from '@dfinity/candid';
import type { CallResult } from '../../trace/types.ts';
import { decodeToy } from './toy-candid.ts';
import { ToyTrap } from './toy-types.ts';
import type { Segment, ToyActor, ToyMethod } from './toy-types.ts';

const withdrawal = IDL.Func([IDL.Int], [IDL.Bool], []);
const transferReplies: [IDL.VariantClass] = [IDL.Variant({ ok: IDL.Nat, err: IDL.Text })];

function isPaid(answer: CallResult): boolean {
    if (answer.kind === 'reject') return false;
    return 'ok' in decodeToy(transferReplies, answer.reply)[0];
}

/** `first` runs before the await and says whether to pay; `then` runs after it. */
function payout(
    first: (state: Record<string, any>, amount: bigint) => unknown,
    then: (state: Record<string, any>, amount: bigint, paid: boolean, local: any) => void,
    bestEffort = false
): ToyMethod {
    return {
        type: withdrawal,
        run: (segment: Segment, amount: bigint) => {
            const local = first(segment.state, amount);
            if (local === undefined) return segment.reply(false);
            segment.call(
                'ledger',
                'transfer',
                [segment.caller, amount],
                (later, answer) => {
                    const paid = isPaid(answer);
                    then(later.state, amount, paid, local);
                    later.print(`transfer ${paid ? 'paid' : 'failed'}`);
                    later.reply(paid);
                },
                bestEffort
            );
            return undefined;
        }
    };
}

const affordable = (state: Record<string, any>, amount: bigint): boolean => state['balance'] >= amount;
const reserve = (state: Record<string, any>, amount: bigint): unknown => {
    if (!affordable(state, amount)) return undefined;
    const original = state['balance'] as bigint;
    state['balance'] -= amount;
    return original;
};
const giveBack = (state: Record<string, any>, amount: bigint, paid: boolean): void => {
    if (!paid) state['balance'] += amount;
};

export const toyVault: ToyActor = {
    initial: { balance: 100n },
    methods: {
        get_balance: {
            type: IDL.Func([], [IDL.Int], ['query']),
            run: segment => segment.reply(segment.state['balance'])
        },
        deposit: {
            type: IDL.Func([IDL.Int], [], []),
            run: (segment, amount: bigint) => {
                segment.state['balance'] += amount;
                segment.reply();
            }
        },
        withdraw_guarded: payout(reserve, giveBack),
        withdraw_bounded: payout(reserve, giveBack, true),
        withdraw_stale: payout(
            (state, amount) => (affordable(state, amount) ? state['balance'] : undefined),
            (state, amount, paid, before: bigint) => {
                if (paid) state['balance'] = before - amount;
            }
        ),
        withdraw_swapped: payout(
            (state, amount) => (affordable(state, amount) ? true : undefined),
            (state, amount, paid) => {
                if (paid) state['balance'] -= amount;
            }
        ),
        withdraw_unchecked: payout((state, amount) => (state['balance'] -= amount), giveBack),
        withdraw_no_rollback: payout(reserve, () => undefined),
        withdraw_rollback_stale: payout(reserve, (state, amount, paid, before: bigint) => {
            if (!paid) state['balance'] = before + amount;
        }),
        withdraw_snapshot: payout(reserve, (state, _amount, paid, before: bigint) => {
            if (!paid) state['balance'] = before;
        }),
        broken_query: {
            type: IDL.Func([], [IDL.Int], ['query']),
            run: () => {
                throw new ToyTrap('no state today');
            }
        },
        trap_after_change: {
            type: IDL.Func([], [], []),
            run: segment => {
                segment.state['balance'] = 0n;
                throw new ToyTrap('assertion failed');
            }
        },
        /** Pays interest of 1 a second later, and again, for ever. */
        start_interest: {
            type: IDL.Func([], [], []),
            run: segment => {
                const pay = (later: Segment): void => {
                    later.state['balance'] += 1n;
                    later.setTimer(1_000_000_000n, pay);
                };
                segment.setTimer(1_000_000_000n, pay);
                segment.reply();
            }
        },
        /** Never answers. */
        hold: { type: IDL.Func([], [], []), run: () => undefined }
    }
};

export const toyLedger: ToyActor = {
    initial: { paid: 0n, transfers: 0n },
    methods: {
        transfer: {
            type: IDL.Func([IDL.Text, IDL.Int], transferReplies, []),
            run: (segment, _to: string, amount: bigint) => {
                segment.state['paid'] += amount;
                segment.state['transfers'] += 1n;
                segment.reply({ ok: segment.state['transfers'] });
            }
        },
        get_time: {
            type: IDL.Func([], [IDL.Nat], ['query']),
            run: segment => segment.reply(segment.timeNs)
        },
        paid: { type: IDL.Func([], [IDL.Int], ['query']), run: segment => segment.reply(segment.state['paid']) }
    }
};

/** Two requests in one segment; the callee notes their order. */
export const toySender: ToyActor = {
    initial: { replies: '' },
    methods: {
        send_two: {
            type: IDL.Func([], [], []),
            run: segment => {
                for (const name of ['m1', 'm2']) {
                    segment.call('receiver', 'note', [name], later => {
                        later.state['replies'] += name;
                        if (later.state['replies'].length === 4) later.reply();
                    });
                }
            }
        },
        get_replies: {
            type: IDL.Func([], [IDL.Text], ['query']),
            run: segment => segment.reply(segment.state['replies'])
        }
    }
};

export const toyReceiver: ToyActor = {
    initial: { log: '' },
    methods: {
        note: {
            type: IDL.Func([IDL.Text], [], []),
            run: (segment, name: string) => {
                segment.state['log'] += name;
                segment.reply();
            }
        },
        get_log: { type: IDL.Func([], [IDL.Text], ['query']), run: segment => segment.reply(segment.state['log']) }
    }
};
