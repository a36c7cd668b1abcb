/** Random programs as WebAssembly text. */
import initWabt from 'wabt';
import { systemFunctions } from '../harness/replica/ic0/index.ts';
import { CALLBACKS, METHOD_KINDS, METHODS } from './program-types.ts';
import type { Operation, Program } from './program-types.ts';

const wabt = await initWabt();
const FEATURES = { memory64: true, bulk_memory: true, reference_types: true, mutable_globals: true };

/** Where the ids of the canisters lie, 16 bytes apart, and the names of the methods behind them. */
const IDS_AT = 16;
const NAMES_AT = 64;
/** Ids that a new subnet gives out first; the third callee is the management canister. */
const IDS = [0, 1].map((index) => `\\00\\00\\00\\00\\00\\00\\00\\0${index}\\01\\01`);
const NAMES = [...METHODS, 'raw_rand'];

const PERSISTENCE = 'icp:private enhanced-orthogonal-persistence';

/** Compiles text; the assembler knows no custom sections, so a comment asks for the one there is. Throws its message. */
export function compile(text: string): Uint8Array {
    const parsed = wabt.parseWat('program.wat', text, FEATURES);
    try {
        const module = parsed.toBinary({}).buffer;
        const custom = [0, PERSISTENCE.length + 1, PERSISTENCE.length, ...Buffer.from(PERSISTENCE)];
        return Uint8Array.from(text.includes(`;; ${PERSISTENCE}`) ? [...module, ...custom] : module);
    } finally {
        parsed.destroy();
    }
}

/**
 * The module of a program. Every result of the System API is mixed into a global, so that it shows in the state; `if`
 * runs its body when that global is odd.
 */
export function programText(program: Program): string {
    const writer = new Writer(program.width);
    const { width, entries, methods, callbacks, persistent } = program;
    const functions = [
        ...Object.entries(entries).map(([name, body]) => (body === null ? '' : writer.entry(`canister_${name}`, body))),
        ...METHODS.map((name, at) => writer.entry(`canister_${METHOD_KINDS[name]} ${name}`, methods[at] ?? [])),
        ...callbacks.map((body, at) => writer.lines(`(func $cb${at} (param ${writer.pointer})`, body)),
        '  (func $other)',
        '  (func $recurse (param $n i32) (if (local.get $n) ' +
            '(then (call $recurse (i32.sub (local.get $n) (i32.const 1))))))',
        '  (func $mix (param $x i64) (global.set $acc (i64.xor (local.get $x) ' +
            '(i64.rotl (global.get $acc) (i64.const 7)))))'
    ];
    const is64 = width === 64 ? 'i64 ' : '';
    return [
        '(module',
        ...systemFunctions(width).filter(({ name }) => uses(functions, name)).map(importText),
        `  (memory ${is64}2 12)`,
        `  (table ${is64}${CALLBACKS + 2} funcref)`,
        `  (elem (${writer.pointer}.const 0) ${callbacks.map((_, at) => `$cb${at}`).join(' ')} $other)`,
        '  (global $acc (mut i64) (i64.const 1))',
        ...IDS.map((id, at) => `  (data (${writer.pointer}.const ${IDS_AT + 16 * at}) "${id}")`),
        ...NAMES.map((name, at) => `  (data (${writer.pointer}.const ${NAMES_AT + 16 * at}) "${name}")`),
        '  (data $passive "some passive data, longer than a word")',
        ...(persistent ? [`  ;; ${PERSISTENCE}`] : []),
        ...functions.filter((text) => text !== ''),
        ')'
    ].join('\n');
}

interface Imported {
    readonly name: string;
    readonly params: readonly string[];
    readonly results: readonly string[];
}

function importText({ name, params, results }: Imported): string {
    const type = [
        ...(params.length === 0 ? [] : [`(param ${params.join(' ')})`]),
        ...(results.length === 0 ? [] : [`(result ${results.join(' ')})`])
    ].join(' ');
    return `  (import "ic0" "${name}" (func $${name} ${type}))`;
}

function uses(functions: readonly string[], name: string): boolean {
    return functions.some((text) => text.includes(`$${name} `) || text.includes(`$${name})`));
}

class Writer {
    readonly width: 32 | 64;
    readonly pointer: 'i32' | 'i64';
    readonly #types: ReadonlyMap<string, Imported>;

    constructor(width: 32 | 64) {
        this.width = width;
        this.pointer = width === 32 ? 'i32' : 'i64';
        this.#types = new Map(systemFunctions(width).map((fn) => [fn.name, fn]));
    }

    entry(name: string, body: readonly Operation[]): string {
        return this.lines(`(func (export "${name}")`, body);
    }

    lines(head: string, body: readonly Operation[]): string {
        return `  ${head} (local $i i32)\n${body.map((each) => `    ${this.operation(each)}\n`).join('')}  )`;
    }

    operation(operation: Operation): string {
        const p = (value: bigint | number): string => this.#constant(this.pointer, BigInt(value));
        switch (operation.do) {
            case 'system':
                return this.#call(operation.name, operation.args);
            case 'request':
                return this.#request(operation);
            case 'reply':
                return `(call $msg_reply_data_append ${p(operation.at)} ${p(operation.size)}) (call $msg_reply)`;
            case 'store':
                return `(i64.store ${p(operation.at)} ${this.#constant('i64', operation.value)})`;
            case 'fill':
                return `(memory.fill ${p(operation.at)} (i32.const ${operation.from & 255n}) ${p(operation.size)})`;
            case 'copy':
                return `(memory.copy ${p(operation.at)} ${p(operation.from)} ${p(operation.size)})`;
            case 'init':
                return `(memory.init $passive ${p(operation.at)} (i32.const ${operation.from & 31n}) ` +
                    `(i32.const ${operation.size & 63n}))`;
            case 'grow':
                return this.#mixed(this.pointer, `(memory.grow ${p(operation.pages)})`);
            case 'trap':
                return '(unreachable)';
            case 'drop':
                return '(data.drop $passive)';
            case 'recurse':
                return '(call $recurse (i32.const 500))';
            case 'if':
                return '(if (i32.wrap_i64 (i64.and (global.get $acc) (i64.const 1))) ' +
                    `(then ${this.#body(operation.body)}))`;
            case 'loop':
                return `(local.set $i (i32.const ${operation.times})) (loop $l ${this.#body(operation.body)} ` +
                    '(br_if $l (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))';
        }
    }

    #body(body: readonly Operation[]): string {
        return body.map((each) => this.operation(each)).join(' ');
    }

    #request({ callee, method, reply, reject, cleanup, cycles, timeout }: Operation & { do: 'request' }): string {
        const id = [BigInt(IDS_AT + 16 * callee), callee < IDS.length ? 10n : 0n];
        const name = NAMES[method] ?? '';
        const closures = [BigInt(reply), 7n, BigInt(reject), 8n];
        return [
            this.#call('call_new', [...id, BigInt(NAMES_AT + 16 * method), BigInt(name.length), ...closures]),
            ...(cleanup === undefined ? [] : [this.#call('call_on_cleanup', [BigInt(cleanup), 9n])]),
            ...(cycles === undefined ? [] : [this.#call('call_cycles_add128', [0n, cycles])]),
            ...(timeout === undefined ? [] : [this.#call('call_with_best_effort_response', [BigInt(timeout)])]),
            this.#call('call_data_append', [0n, 24n]),
            this.#call('call_perform', [])
        ].join(' ');
    }

    #call(name: string, args: readonly bigint[]): string {
        const { params, results } = this.#types.get(name) as Imported;
        const call = `(call $${name} ${params.map((type, at) => this.#constant(type, args[at] ?? 0n)).join(' ')})`;
        return results[0] === undefined ? call : this.#mixed(results[0], call);
    }

    #mixed(type: string, value: string): string {
        return `(call $mix ${type === 'i32' ? `(i64.extend_i32_u ${value})` : value})`;
    }

    #constant(type: string, value: bigint): string {
        return `(${type}.const ${BigInt.asUintN(type === 'i32' ? 32 : 64, value)})`;
    }
}
