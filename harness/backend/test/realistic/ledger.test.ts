/** A token ledger as it is found on the network (ICRC-1, ICRC-2), in both languages: the same calls get the same answers. */
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { inBothMemories, principalOf, realistic } from './world.ts';
import type { Modules, Roles, World } from './world.ts';

// Compilers take their time on a busy machine.
jest.setTimeout(300_000);

const LANGUAGES = ['motoko', 'azle'] as const;
const FEE = 10n;
const account = (actor: string, ...subaccount: Uint8Array[]) => ({ owner: principalOf(actor), subaccount });
const SAVINGS = new Uint8Array(32).fill(7);

let modules: Modules;
beforeAll(async () => {
    modules = await realistic(...LANGUAGES.map(language => `icrc1_ledger_${language}`));
});

function ledger(language: string): () => Roles {
    const settings = {
        token_name: 'Example',
        token_symbol: 'EXM',
        transfer_fee: FEE,
        minting_account: account('minter'),
        initial_balances: [[account('alice'), 1_000n], [account('alice', SAVINGS), 500n]]
    };
    return () => ({ ledger: [`icrc1_ledger_${language}`, () => [settings]] });
}

function transfer(world: World, actor: string, to: object, amount: bigint, more: object = {}): unknown {
    const arg = { from_subaccount: [], to, amount, fee: [], memo: [], created_at_time: [], ...more };
    return world.call(actor, 'ledger', 'icrc1_transfer', arg);
}

function balance(world: World, actor: string, ...subaccount: Uint8Array[]): bigint {
    return world.query('ledger', 'icrc1_balance_of', account(actor, ...subaccount));
}

describe.each(LANGUAGES)('an ICRC-1 ledger in %s', language => {
    it('describes itself', () => {
        inBothMemories(modules, ledger(language), world => {
            const said = ['name', 'symbol', 'decimals', 'fee', 'total_supply'].map(each =>
                world.query('ledger', `icrc1_${each}`)
            );
            expect(said).toEqual(['Example', 'EXM', 8, FEE, 1_500n]);
            expect(world.query('ledger', 'icrc1_metadata')[3]).toEqual(['icrc1:fee', { Nat: FEE }]);
            expect(world.query('ledger', 'icrc1_minting_account')).toEqual([account('minter')]);
            // As an update, too: the answers of queries are not part of the transcript.
            expect(world.call('alice', 'ledger', 'icrc1_supported_standards')).toHaveLength(2);
            expect(world.call('alice', 'ledger', 'icrc1_name')).toBe('Example');
        });
    });

    it('moves tokens between accounts and subaccounts, charges its fee, mints and burns', () => {
        inBothMemories(modules, ledger(language), world => {
            expect(transfer(world, 'alice', account('bob'), 100n)).toEqual({ Ok: 0n });
            expect(transfer(world, 'alice', account('bob'), 40n, { from_subaccount: [SAVINGS] })).toEqual({ Ok: 1n });
            // The default subaccount is the one of zeros.
            expect(transfer(world, 'bob', account('carol', new Uint8Array(32)), 130n)).toEqual({ Ok: 2n });
            expect([balance(world, 'alice'), balance(world, 'alice', SAVINGS)]).toEqual([890n, 450n]);
            expect([balance(world, 'bob'), balance(world, 'carol')]).toEqual([0n, 130n]);
            expect(world.query('ledger', 'icrc1_total_supply')).toBe(1_470n);
            const empty = { Err: { InsufficientFunds: { balance: 0n } } };
            expect(transfer(world, 'bob', account('carol'), 1n)).toEqual(empty);
            expect(transfer(world, 'minter', account('bob'), 30n)).toEqual({ Ok: 3n });
            const little = { Err: { BadBurn: { min_burn_amount: FEE } } };
            expect(transfer(world, 'bob', account('minter'), 5n)).toEqual(little);
            expect(transfer(world, 'bob', account('minter'), 20n)).toEqual({ Ok: 4n });
            expect([balance(world, 'bob'), world.query('ledger', 'icrc1_total_supply')]).toEqual([10n, 1_480n]);
            const wrong = { Err: { BadFee: { expected_fee: FEE } } };
            expect(transfer(world, 'alice', account('bob'), 1n, { fee: [9n] })).toEqual(wrong);
            const short = world.rejected('alice', 'ledger', 'icrc1_transfer', {
                ...{ from_subaccount: [], amount: 1n, fee: [], memo: [], created_at_time: [] },
                to: account('bob', new Uint8Array(31))
            });
            expect(short.message).toContain('a subaccount has 32 bytes');
        });
    });

    it('executes a transfer that says when it was made once only, and not for ever', () => {
        inBothMemories(modules, ledger(language), world => {
            const created_at_time = [world.replica.time()];
            const made = (memo: number[]) =>
                transfer(world, 'alice', account('bob'), 100n, { created_at_time, memo: [memo] });
            expect(made([1, 2])).toEqual({ Ok: 0n });
            expect(made([1, 2])).toEqual({ Err: { Duplicate: { duplicate_of: 0n } } });
            expect(made([1, 3])).toEqual({ Ok: 1n });
            expect(balance(world, 'bob')).toBe(200n);
            const ledger_time = world.replica.time();
            const later = { created_at_time: [ledger_time + 61_000_000_000n] };
            const early = { Err: { CreatedInFuture: { ledger_time } } };
            expect(transfer(world, 'alice', account('bob'), 1n, later)).toEqual(early);
            world.replica.advanceTime(86_461_000_000_000n);
            expect(made([1, 2])).toEqual({ Err: { TooOld: null } });
        });
    });

    it('lets others spend what was approved, until it is used up or expires', () => {
        inBothMemories(modules, ledger(language), world => {
            const approve = (amount: bigint, more: object = {}) =>
                world.call('alice', 'ledger', 'icrc2_approve', {
                    ...{ from_subaccount: [], spender: account('bob'), amount, expected_allowance: [], expires_at: [] },
                    ...more
                });
            const spend = (amount: bigint) =>
                world.call('bob', 'ledger', 'icrc2_transfer_from', {
                    ...{ spender_subaccount: [], from: account('alice'), to: account('carol'), amount }
                });
            const allowance = () =>
                world.query('ledger', 'icrc2_allowance', { account: account('alice'), spender: account('bob') });
            expect(approve(100n)).toEqual({ Ok: 0n });
            expect(spend(60n)).toEqual({ Ok: 1n });
            expect(allowance()).toEqual({ allowance: 30n, expires_at: [] });
            expect(spend(30n)).toEqual({ Err: { InsufficientAllowance: { allowance: 30n } } });
            const changed = { Err: { AllowanceChanged: { current_allowance: 30n } } };
            expect(approve(50n, { expected_allowance: [100n] })).toEqual(changed);
            const expires_at = [world.replica.time() + 5_000_000_000n];
            expect(approve(50n, { expected_allowance: [30n], expires_at })).toEqual({ Ok: 2n });
            world.pass(5);
            expect(spend(10n)).toEqual({ Err: { InsufficientAllowance: { allowance: 0n } } });
            // 60 went to Carol; three fees were paid.
            expect([balance(world, 'alice'), balance(world, 'carol')]).toEqual([1_000n - 60n - 3n * FEE, 60n]);
        });
    });
});
