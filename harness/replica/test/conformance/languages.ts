/** Motoko and Azle canisters for rows: compiled once, a subnet with two of them for each check. */
import { createRequire } from 'node:module';
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { TemporaryProject } from '../../../build/test/temporary-project.ts';
import type { CallResult, Mark, ReplicaOptions } from '../../index.ts';
import { asQuery, decoded } from '../ic.ts';
import { bytes, Lab } from '../lab.ts';
import { AZLE } from './language-azle.ts';
import { MOTOKO } from './language-motoko.ts';
import type { Check, Expect } from './row.ts';

interface MotokoCompiler {
    readonly compiler: { gcFlags(mode: string): void };
    write(path: string, source: string): void;
    wasm(path: string, mode: 'ic'): { readonly wasm: Uint8Array };
}

/** The forms that canisters are compiled to: Motoko has two. */
type Form = 'motoko64' | 'motoko32' | 'azle';

/** Compiled for this process only; where it stays is no matter of the test. */
const compiled = new Map<Form, Promise<Uint8Array>>();

function wasmOf(form: Form): Promise<Uint8Array> {
    const known = compiled.get(form) ?? (form === 'azle' ? azle() : motoko(form));
    compiled.set(form, known);
    return known;
}

async function azle(): Promise<Uint8Array> {
    const dfx = { canisters: { rules: { type: 'azle', main: 'main.ts' } } };
    const project = new TemporaryProject({ 'dfx.json': dfx, 'main.ts': AZLE }).installPackages();
    try {
        return (await project.build()).canisters.get('rules')!.wasm;
    } finally {
        project.remove();
    }
}

// The compiler is one for the whole process: its mode is set each time.
function motoko(form: Form): Promise<Uint8Array> {
    const { write, wasm, compiler } = createRequire(import.meta.url)('motoko') as MotokoCompiler;
    write('rules.mo', MOTOKO);
    if (form === 'motoko32') {
        compiler.gcFlags('classicOP');
    }
    return Promise.resolve(wasm('rules.mo', 'ic').wasm);
}

/** Two canisters of one language on a subnet of their own, and short words for calling them. Made by `pairOf`. */
export class Pair {
    readonly lab: Lab;
    readonly form: Form;
    readonly wasm: Uint8Array;
    readonly a: Uint8Array;
    readonly b: Uint8Array;

    constructor(form: Form, wasm: Uint8Array, options: ReplicaOptions) {
        this.form = form;
        this.wasm = wasm;
        this.lab = new Lab(options);
        [this.a, this.b] = [0, 1].map(() => this.lab.install(wasm, encode([]))) as [Uint8Array, Uint8Array];
        this.lab.replica.settle();
    }

    /** An update of `a`, until nothing is left to do. */
    call(method: keyof typeof METHODS, ...values: readonly unknown[]): CallResult {
        return this.lab.call(this.a, method, encode(METHODS[method][0], ...values));
    }

    /** The same, decoded; throws the reject text. */
    get(method: keyof typeof METHODS, ...values: readonly unknown[]): unknown {
        return decode(METHODS[method][1], this.call(method, ...values));
    }

    /** A query of `a`, or of another, decoded. */
    ask(method: keyof typeof METHODS, values: readonly unknown[] = [], id = this.a): unknown {
        return decode(METHODS[method][1], this.lab.query(id, method, encode(METHODS[method][0], ...values)));
    }

    /** A result of `method`, decoded; throws the reject text. */
    decode(method: keyof typeof METHODS, result: CallResult): unknown {
        return decode(METHODS[method][1], result);
    }

    /** The log of `a`, as text. */
    log(): string {
        const logged = asQuery(this.lab, 'fetch_canister_logs', this.a);
        const { canister_log_records: records } = decoded<Logs>('fetch_canister_logs', logged);
        return records.map(({ content }) => new TextDecoder().decode(content)).join('\n');
    }

    /** As in Candid values. */
    get other(): Principal {
        return Principal.fromUint8Array(this.b);
    }

    get self(): Principal {
        return Principal.fromUint8Array(this.a);
    }
}

interface Logs {
    readonly canister_log_records: readonly { readonly content: Uint8Array }[];
}

const blob = IDL.Vec(IDL.Nat8);
const pays: [IDL.Type[], IDL.Type[]] = [[IDL.Principal, IDL.Nat, IDL.Nat], [IDL.Nat]];
const METHODS = {
    add: [[IDL.Nat], []],
    get: [[], [IDL.Nat]],
    volatile: [[], [IDL.Nat]],
    counts: [[], [IDL.Vec(IDL.Nat)]],
    trapBefore: [[], []],
    trapAfter: [[IDL.Principal], []],
    trapCleaned: [[IDL.Principal], []],
    fail: [[IDL.Text], []],
    dropTotal: [[], []],
    change: [[], [IDL.Nat]],
    caught: [[IDL.Principal, IDL.Text], [IDL.Text]],
    caughtFail: [[IDL.Principal, IDL.Text], [IDL.Text]],
    caughtBounded: [[IDL.Principal], [IDL.Text]],
    deadline: [[], [IDL.Nat64]],
    pay: pays,
    payTrap: pays,
    burn: [[IDL.Nat], [IDL.Nat]],
    balance: [[], [IDL.Nat]],
    alarm: [[IDL.Nat64], []],
    version: [[], [IDL.Nat64]],
    work: [[IDL.Nat], [IDL.Nat64]],
    replicatedUpdate: [[], [IDL.Bool]],
    replicated: [[], [IDL.Bool]],
    certify: [[blob], []],
    certificate: [[], [IDL.Opt(blob)]],
    controller: [[IDL.Principal], [IDL.Bool]],
    whoAfter: [[IDL.Principal], [IDL.Principal]],
    print: [[IDL.Text], []],
    now: [[], [IDL.Nat64]],
    sum: [[IDL.Principal], [IDL.Nat]],
    hidden: [[], []]
} as const satisfies Record<string, readonly [readonly IDL.Type[], readonly IDL.Type[]]>;

/** Pairs as they were before any check, with the mark to come back to. */
const pairs = new Map<string, { readonly pair: Pair; readonly mark: Mark }>();

/** A pair in its first state; made once for each set of options, because installing costs more than checking a row. */
async function pairOf(form: Form, options: ReplicaOptions): Promise<Pair> {
    const key = JSON.stringify([form, options], (_name, value: unknown) => {
        if (typeof value === 'function') throw new Error('pairs whose options hold functions cannot be told apart');
        return typeof value === 'bigint' ? `${value}n` : value;
    });
    const known = pairs.get(key);
    if (known !== undefined) {
        known.pair.lab.replica.rollback(known.mark);
        return known.pair;
    }
    const pair = new Pair(form, await wasmOf(form), options);
    pairs.set(key, { pair, mark: pair.lab.replica.mark() });
    return pair;
}

/** The rule as Motoko shows it, in both forms that it compiles to. */
export function inMotoko(check: (pair: Pair, expect: Expect) => void, options: ReplicaOptions = {}): Check {
    return async (expect) => {
        check(await pairOf('motoko64', options), expect);
        check(await pairOf('motoko32', options), expect);
    };
}

/** The rule as Azle shows it. */
export function inAzle(check: (pair: Pair, expect: Expect) => void, options: ReplicaOptions = {}): Check {
    return async (expect) => check(await pairOf('azle', options), expect);
}

/** Both languages show the rule alike. */
export function inBoth(
    check: (pair: Pair, expect: Expect) => void,
    options: ReplicaOptions = {}
): { readonly motoko: Check; readonly azle: Check } {
    return { motoko: inMotoko(check, options), azle: inAzle(check, options) };
}

/** Candid-encoded arguments. */
export function encode(types: readonly IDL.Type[], ...values: readonly unknown[]): Uint8Array {
    return new Uint8Array(IDL.encode([...types], [...values]));
}

function decode(types: readonly IDL.Type[], result: CallResult): unknown {
    return IDL.decode([...types], bytes(result))[0];
}
