/** Types of the ledger's interface, each for the compiler and for Candid. */
import { IDL } from 'azle';
import type { Principal } from 'azle';

type Opt<T> = [] | [T];
const Blob = IDL.Vec(IDL.Nat8);

export type Account = { owner: Principal; subaccount: Opt<Uint8Array> };
export const Account = IDL.Record({ owner: IDL.Principal, subaccount: IDL.Opt(Blob) });

export type Settings = {
    token_name: string;
    token_symbol: string;
    transfer_fee: bigint;
    minting_account: Account;
    initial_balances: [Account, bigint][];
};
export const Settings = IDL.Record({
    token_name: IDL.Text,
    token_symbol: IDL.Text,
    transfer_fee: IDL.Nat,
    minting_account: Account,
    initial_balances: IDL.Vec(IDL.Tuple(Account, IDL.Nat))
});

export type TransferArg = {
    from_subaccount: Opt<Uint8Array>;
    to: Account;
    amount: bigint;
    fee: Opt<bigint>;
    memo: Opt<Uint8Array>;
    created_at_time: Opt<bigint>;
};
export const TransferArg = IDL.Record({
    from_subaccount: IDL.Opt(Blob),
    to: Account,
    amount: IDL.Nat,
    fee: IDL.Opt(IDL.Nat),
    memo: IDL.Opt(Blob),
    created_at_time: IDL.Opt(IDL.Nat64)
});

export type TransferResult =
    | { Ok: bigint }
    | {
          Err:
              | { BadFee: { expected_fee: bigint } }
              | { BadBurn: { min_burn_amount: bigint } }
              | { InsufficientFunds: { balance: bigint } }
              | { TooOld: null }
              | { CreatedInFuture: { ledger_time: bigint } }
              | { TemporarilyUnavailable: null }
              | { Duplicate: { duplicate_of: bigint } }
              | { GenericError: { error_code: bigint; message: string } };
      };
export const TransferResult = IDL.Variant({
    Ok: IDL.Nat,
    Err: IDL.Variant({
        BadFee: IDL.Record({ expected_fee: IDL.Nat }),
        BadBurn: IDL.Record({ min_burn_amount: IDL.Nat }),
        InsufficientFunds: IDL.Record({ balance: IDL.Nat }),
        TooOld: IDL.Null,
        CreatedInFuture: IDL.Record({ ledger_time: IDL.Nat64 }),
        TemporarilyUnavailable: IDL.Null,
        Duplicate: IDL.Record({ duplicate_of: IDL.Nat }),
        GenericError: IDL.Record({ error_code: IDL.Nat, message: IDL.Text })
    })
});

export type ApproveArg = {
    from_subaccount: Opt<Uint8Array>;
    spender: Account;
    amount: bigint;
    expected_allowance: Opt<bigint>;
    expires_at: Opt<bigint>;
};
export const ApproveArg = IDL.Record({
    from_subaccount: IDL.Opt(Blob),
    spender: Account,
    amount: IDL.Nat,
    expected_allowance: IDL.Opt(IDL.Nat),
    expires_at: IDL.Opt(IDL.Nat64)
});

export type ApproveResult =
    | { Ok: bigint }
    | {
          Err:
              | { InsufficientFunds: { balance: bigint } }
              | { AllowanceChanged: { current_allowance: bigint } }
              | { Expired: { ledger_time: bigint } };
      };
export const ApproveResult = IDL.Variant({
    Ok: IDL.Nat,
    Err: IDL.Variant({
        InsufficientFunds: IDL.Record({ balance: IDL.Nat }),
        AllowanceChanged: IDL.Record({ current_allowance: IDL.Nat }),
        Expired: IDL.Record({ ledger_time: IDL.Nat64 })
    })
});

export type Allowance = { allowance: bigint; expires_at: Opt<bigint> };
export const Allowance = IDL.Record({ allowance: IDL.Nat, expires_at: IDL.Opt(IDL.Nat64) });

export type AllowanceArg = { account: Account; spender: Account };
export const AllowanceArg = IDL.Record({ account: Account, spender: Account });

export type TransferFromArg = {
    spender_subaccount: Opt<Uint8Array>;
    from: Account;
    to: Account;
    amount: bigint;
};
export const TransferFromArg = IDL.Record({
    spender_subaccount: IDL.Opt(Blob),
    from: Account,
    to: Account,
    amount: IDL.Nat
});

export type TransferFromResult =
    | { Ok: bigint }
    | { Err: { InsufficientFunds: { balance: bigint } } | { InsufficientAllowance: { allowance: bigint } } };
export const TransferFromResult = IDL.Variant({
    Ok: IDL.Nat,
    Err: IDL.Variant({
        InsufficientFunds: IDL.Record({ balance: IDL.Nat }),
        InsufficientAllowance: IDL.Record({ allowance: IDL.Nat })
    })
});

export type Value = { Nat: bigint } | { Int: bigint } | { Text: string } | { Blob: Uint8Array };
export const Value = IDL.Variant({ Nat: IDL.Nat, Int: IDL.Int, Text: IDL.Text, Blob });
