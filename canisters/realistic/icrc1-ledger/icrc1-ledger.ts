/** A token ledger with the methods of ICRC-1 and the transfer side of ICRC-2. No method awaits: every transfer is one segment. */
import { IDL, init, msgCaller, query, StableBTreeMap, time, update } from 'azle';
import type { Principal } from 'azle';
import {
    Account,
    Allowance,
    AllowanceArg,
    ApproveArg,
    ApproveResult,
    Settings,
    TransferArg,
    TransferFromArg,
    TransferFromResult,
    TransferResult,
    Value
} from './types';

const WINDOW = 86_400_000_000_000n;
const DRIFT = 60_000_000_000n;
const AT = 'https://github.com/dfinity/ICRC-1/tree/main/standards/';

export default class Icrc1Ledger {
    settings = new StableBTreeMap<string, Settings>(0);
    counters = new StableBTreeMap<string, bigint>(1);
    balances = new StableBTreeMap<string, bigint>(2);
    allowances = new StableBTreeMap<string, Allowance>(3);
    /** Block of every transfer that named its time of creation. */
    seen = new StableBTreeMap<string, bigint>(4);

    @init([Settings])
    init(settings: Settings): void {
        this.settings.insert('settings', settings);
        for (const [account, amount] of settings.initial_balances) {
            this.credit(keyOf(account), amount);
            this.add('supply', amount);
        }
    }

    @query([], IDL.Text)
    icrc1_name(): string {
        return this.setting().token_name;
    }

    @query([], IDL.Text)
    icrc1_symbol(): string {
        return this.setting().token_symbol;
    }

    @query([], IDL.Nat8)
    icrc1_decimals(): number {
        return 8;
    }

    @query([], IDL.Nat)
    icrc1_fee(): bigint {
        return this.setting().transfer_fee;
    }

    @query([], IDL.Vec(IDL.Tuple(IDL.Text, Value)))
    icrc1_metadata(): [string, Value][] {
        const { token_name, token_symbol, transfer_fee } = this.setting();
        return [
            ['icrc1:name', { Text: token_name }],
            ['icrc1:symbol', { Text: token_symbol }],
            ['icrc1:decimals', { Nat: 8n }],
            ['icrc1:fee', { Nat: transfer_fee }]
        ];
    }

    @query([], IDL.Nat)
    icrc1_total_supply(): bigint {
        return this.count('supply');
    }

    @query([], IDL.Opt(Account))
    icrc1_minting_account(): [Account] {
        return [this.setting().minting_account];
    }

    @query([Account], IDL.Nat)
    icrc1_balance_of(account: Account): bigint {
        return this.balanceOf(keyOf(account));
    }

    @query([], IDL.Vec(IDL.Record({ name: IDL.Text, url: IDL.Text })))
    icrc1_supported_standards(): { name: string; url: string }[] {
        return ['ICRC-1', 'ICRC-2'].map(name => ({ name, url: AT + name }));
    }

    /** A transfer from the minter mints, one to it burns; neither costs a fee. Other fees are burnt. */
    @update([TransferArg], TransferResult)
    icrc1_transfer(arg: TransferArg): TransferResult {
        const { amount, created_at_time, from_subaccount } = arg;
        const { minting_account, transfer_fee } = this.setting();
        const from = keyOf({ owner: msgCaller(), subaccount: from_subaccount });
        const to = keyOf(arg.to);
        const [mint, burn] = [from === keyOf(minting_account), to === keyOf(minting_account)];
        const due = mint || burn ? 0n : transfer_fee;
        if (arg.fee.length === 1 && arg.fee[0] !== due) return { Err: { BadFee: { expected_fee: due } } };
        if (burn && amount < transfer_fee) return { Err: { BadBurn: { min_burn_amount: transfer_fee } } };
        // What makes two transfers the same transfer: caller and arguments, when they say when they were made.
        const identity = hex(IDL.encode([IDL.Principal, TransferArg], [msgCaller(), arg]));
        if (created_at_time.length === 1) {
            const now = time();
            if (created_at_time[0] + WINDOW + DRIFT < now) return { Err: { TooOld: null } };
            if (created_at_time[0] > now + DRIFT) return { Err: { CreatedInFuture: { ledger_time: now } } };
            const duplicate_of = this.seen.get(identity);
            if (duplicate_of !== undefined) return { Err: { Duplicate: { duplicate_of } } };
        }
        if (mint) {
            this.add('supply', amount);
        } else {
            const balance = this.balanceOf(from);
            if (balance < amount + due) return { Err: { InsufficientFunds: { balance } } };
            this.debit(from, amount + due);
            this.add('supply', -due);
        }
        if (burn) this.add('supply', -amount);
        else this.credit(to, amount);
        const block = this.nextBlock();
        if (created_at_time.length === 1) this.seen.insert(identity, block);
        return { Ok: block };
    }

    @update([ApproveArg], ApproveResult)
    icrc2_approve({ amount, expected_allowance, expires_at, from_subaccount, spender }: ApproveArg): ApproveResult {
        const { transfer_fee } = this.setting();
        const from = keyOf({ owner: msgCaller(), subaccount: from_subaccount });
        const pair = `${from} ${keyOf(spender)}`;
        const now = time();
        if (expires_at.length === 1 && expires_at[0] <= now) return { Err: { Expired: { ledger_time: now } } };
        const current = this.allowanceOf(pair).allowance;
        if (expected_allowance.length === 1 && expected_allowance[0] !== current) {
            return { Err: { AllowanceChanged: { current_allowance: current } } };
        }
        const balance = this.balanceOf(from);
        if (balance < transfer_fee) return { Err: { InsufficientFunds: { balance } } };
        this.debit(from, transfer_fee);
        this.add('supply', -transfer_fee);
        this.allowances.insert(pair, { allowance: amount, expires_at });
        return { Ok: this.nextBlock() };
    }

    @query([AllowanceArg], Allowance)
    icrc2_allowance({ account, spender }: AllowanceArg): Allowance {
        return this.allowanceOf(`${keyOf(account)} ${keyOf(spender)}`);
    }

    @update([TransferFromArg], TransferFromResult)
    icrc2_transfer_from({ amount, from, spender_subaccount, to }: TransferFromArg): TransferFromResult {
        const { transfer_fee } = this.setting();
        const payer = keyOf(from);
        const pair = `${payer} ${keyOf({ owner: msgCaller(), subaccount: spender_subaccount })}`;
        const { allowance, expires_at } = this.allowanceOf(pair);
        if (allowance < amount + transfer_fee) return { Err: { InsufficientAllowance: { allowance } } };
        const balance = this.balanceOf(payer);
        if (balance < amount + transfer_fee) return { Err: { InsufficientFunds: { balance } } };
        this.debit(payer, amount + transfer_fee);
        this.add('supply', -transfer_fee);
        this.credit(keyOf(to), amount);
        this.allowances.insert(pair, { allowance: allowance - amount - transfer_fee, expires_at });
        return { Ok: this.nextBlock() };
    }

    setting(): Settings {
        return this.settings.get('settings')!;
    }

    count(name: string): bigint {
        return this.counters.get(name) ?? 0n;
    }

    add(name: string, amount: bigint): void {
        this.counters.insert(name, this.count(name) + amount);
    }

    nextBlock(): bigint {
        this.add('blocks', 1n);
        return this.count('blocks') - 1n;
    }

    balanceOf(key: string): bigint {
        return this.balances.get(key) ?? 0n;
    }

    credit(key: string, amount: bigint): void {
        this.balances.insert(key, this.balanceOf(key) + amount);
    }

    debit(key: string, amount: bigint): void {
        const left = this.balanceOf(key) - amount;
        if (left === 0n) this.balances.remove(key);
        else this.balances.insert(key, left);
    }

    allowanceOf(pair: string): Allowance {
        const found = this.allowances.get(pair);
        const expired = found?.expires_at[0] !== undefined && found.expires_at[0] <= time();
        return found === undefined || expired ? { allowance: 0n, expires_at: [] } : found;
    }
}

/** An account as text, the default subaccount written out: the key of all maps. */
function keyOf({ owner, subaccount }: { owner: Principal; subaccount: [] | [Uint8Array] }): string {
    const [bytes = new Uint8Array(32)] = subaccount;
    if (bytes.length !== 32) throw new Error('a subaccount has 32 bytes');
    return `${owner.toText()}.${hex(bytes)}`;
}

function hex(bytes: Uint8Array): string {
    return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
}
