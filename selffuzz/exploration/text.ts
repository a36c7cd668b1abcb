/** Random canisters as WebAssembly text. */
import { Principal } from '@dfinity/principal';
import { canisterIdOf } from '../../harness/backend/identities.ts';
import { CELLS } from './types.ts';
import type { Actor, Body, Call, Statement } from './types.ts';

/** `DIDL`, a vector of nat64, and its length; the cells follow. */
const CELLS_HEAD = '\\44\\49\\44\\4c\\01\\6d\\78\\01\\00\\03';
/** `DIDL` and one nat64. */
const REPLY_HEAD = '\\44\\49\\44\\4c\\00\\01\\78';
const NO_ARGUMENTS = '\\44\\49\\44\\4c\\00\\00';
const [IDS, NAMES, EMPTY, GOT, REPLY] = [200, 300, 400, 500, 600];
/** Behind its head, which is 10 bytes long. */
const CELLS_AT = 1034;
const ID_BYTES = 10;

/** Name of a canister in the scenario and of its module. */
export function roleOf(canister: number): string {
    return `c${canister}`;
}

/** The module of one of `count` canisters. */
export function actorText({ methods, timer, heartbeat, inspected }: Actor, count: number): string {
    const writer = new Writer();
    const entries = methods.map((body, method) => {
        return `(func (export "canister_update m${method}") (local $env i32)\n${writer.body(body)})`;
    });
    const tasks = Object.entries({ global_timer: timer, heartbeat }).map(([name, statements]) => {
        const text = statements?.map(each => writer.statement(each)).join('\n');
        return text === undefined ? '' : `(func (export "canister_${name}") (local $env i32)\n${text})`;
    });
    const { callbacks } = writer;
    const names = callbacks.map((_, index) => `$callback${index}`).join(' ');
    return [
        `(module ${IMPORTS}`,
        '(memory (export "memory") 1)',
        `(table ${Math.max(1, callbacks.length)} funcref) (elem (i32.const 0) func ${names})`,
        ...Array.from({ length: count }, (_, index) => data(IDS + 16 * index, idText(roleOf(index)))),
        data(NAMES, 'm0m1m2'), data(EMPTY, NO_ARGUMENTS), data(CELLS_AT - 10, CELLS_HEAD), data(REPLY, REPLY_HEAD),
        HELPERS,
        ...callbacks,
        ...entries,
        ...tasks,
        inspected === undefined ? '' : inspection(inspected),
        ')'
    ].join('\n');
}

/** Accepts what users call while a cell is even. */
function inspection(cell: number): string {
    const isEven = `(i64.eqz (i64.and ${load(cell)} (i64.const 1)))`;
    return `(func (export "canister_inspect_message") (if ${isEven} (then (call $accept_message))))`;
}

class Writer {
    /** In the order of the table. */
    readonly callbacks: string[] = [];

    body({ statements, ending }: Body): string {
        const lines = statements.map(each => this.statement(each));
        switch (ending.end) {
            case 'none':
                break;
            case 'reply':
                lines.push('(call $reply)');
                break;
            case 'reject':
                lines.push(`(call $msg_reject (i32.const ${NAMES}) (i32.const 2))`);
                break;
            case 'trap':
                lines.push('(unreachable)');
                break;
            case 'call':
                lines.push(this.#call(ending.call, ending.reply, ending.reject, '(call $reply)'));
                break;
            case 'reply-and-call':
                lines.push('(call $reply)', this.#call(ending.call, ending.reply, ending.reject, '(nop)'));
                break;
            case 'two-calls':
                lines.push(
                    this.#call(ending.first, ending.noted, ending.noted, '(nop)'),
                    this.#call(ending.call, ending.reply, ending.reject, '(call $reply)')
                );
                break;
        }
        return lines.join('\n');
    }

    statement(statement: Statement): string {
        switch (statement.do) {
            case 'set':
                return store(statement.cell, '(i64.const 0)', statement.k);
            case 'mix':
                return store(statement.cell, `(i64.mul (i64.const 3) ${load(statement.cell)})`, statement.k);
            case 'copy':
                return store(statement.cell, load(statement.from), statement.k);
            case 'stale':
                return store(statement.cell, '(i64.extend_i32_u (local.get $env))', statement.k);
            case 'got':
                return store(statement.cell, `(i64.load (i32.const ${GOT + 8}))`, statement.k);
            case 'trap-if-odd':
                return `(if (i32.wrap_i64 (i64.and ${load(statement.cell)} (i64.const 1))) (then (unreachable)))`;
            case 'timer':
                return `(drop (call $global_timer_set (i64.add (call $time) (i64.const ${statement.ns}))))`;
        }
    }

    /** `otherwise`: what happens where the call fails at once, so that an answer comes in any case. */
    #call({ canister, method, bounded, cleanup }: Call, reply: Body, reject: Body, otherwise: string): string {
        const env = load(0);
        const closure = `(i32.wrap_i64 ${env})`;
        const onReply = this.#callback('(call $got_reply)', this.body(reply));
        const onReject = this.#callback('(call $got_reject)', this.body(reject));
        const id = `(i32.const ${IDS + 16 * canister}) (i32.const ${ID_BYTES})`;
        const name = `(i32.const ${NAMES + 2 * method}) (i32.const 2)`;
        const closures = `(i32.const ${onReply}) ${closure} (i32.const ${onReject}) ${closure}`;
        const lines = [`(call $call_new ${id} ${name} ${closures})`];
        if (cleanup !== undefined) {
            const done = this.#callback('', cleanup.map(each => this.statement(each)).join('\n'));
            lines.push(`(call $call_on_cleanup (i32.const ${done}) ${closure})`);
        }
        lines.push(`(call $call_data_append (i32.const ${EMPTY}) (i32.const 6))`);
        if (bounded) lines.push('(call $call_with_best_effort_response (i32.const 300))');
        lines.push(`(if (call $call_perform) (then ${otherwise}))`);
        return lines.join('\n');
    }

    /** Its place in the table. */
    #callback(head: string, body: string): number {
        const place = this.callbacks.length;
        this.callbacks.push(`(func $callback${place} (param $env i32)\n${head}\n${body})`);
        return place;
    }
}

function load(cell: number): string {
    return `(i64.load (i32.const ${cellAt(cell)}))`;
}

function store(cell: number, value: string, k: number): string {
    const sum = `(i64.and (i64.const 63) (i64.add (i64.const ${k}) ${value}))`;
    return `(i64.store (i32.const ${cellAt(cell)}) ${sum})`;
}

function cellAt(cell: number): number {
    return CELLS_AT + 8 * cell;
}

function data(at: number, text: string): string {
    return `(data (i32.const ${at}) "${text}")`;
}

function idText(name: string): string {
    const bytes = Principal.fromText(canisterIdOf(name)).toUint8Array();
    return [...bytes].map(byte => `\\${byte.toString(16).padStart(2, '0')}`).join('');
}

const IMPORTS = Object.entries({
    msg_reply: '',
    msg_reply_data_append: '(param i32 i32)',
    msg_reject: '(param i32 i32)',
    msg_reject_code: '(result i32)',
    msg_arg_data_size: '(result i32)',
    msg_arg_data_copy: '(param i32 i32 i32)',
    call_new: '(param i32 i32 i32 i32 i32 i32 i32 i32)',
    call_on_cleanup: '(param i32 i32)',
    call_data_append: '(param i32 i32)',
    call_with_best_effort_response: '(param i32)',
    call_perform: '(result i32)',
    accept_message: '',
    time: '(result i64)',
    global_timer_set: '(param i64) (result i64)'
})
    .map(([name, type]) => `(import "ic0" "${name}" (func $${name} ${type}))`)
    .join('\n');

/** A reply is cell 0; the number in it lies 7 bytes behind its start, and is read from where an even address follows. */
const HELPERS = `
(func (export "canister_query cells")
    (call $msg_reply_data_append (i32.const ${CELLS_AT - 10}) (i32.const ${10 + 8 * CELLS})) (call $msg_reply))
(func $reply
    (i64.store (i32.const ${REPLY + 7}) ${load(0)})
    (call $msg_reply_data_append (i32.const ${REPLY}) (i32.const 15)) (call $msg_reply))
(func $got_reply
    (call $msg_arg_data_copy (i32.const ${GOT + 1}) (i32.const 0) (i32.const 15)))
(func $got_reject
    (i64.store (i32.const ${GOT + 8}) (i64.extend_i32_u (call $msg_reject_code))))
`;
