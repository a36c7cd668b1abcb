/**
 * Every System API function, called in every context, with 32- and 64-bit memory: it works where the specification lists
 * it (or traps for another reason, as its arguments are all zero), and traps by name everywhere else (ic-semantics 2).
 */
import { describe, expect, it } from '@jest/globals';
import { IDL } from '@dfinity/candid';
import { HTTP_REQUEST } from '../management/outcalls-request.ts';
import * as types from '../management/types.ts';
import type { CallResult } from '../index.ts';
import { installArgs, Lab } from './lab.ts';
import { ask, ok, transform } from './outcall-client.ts';
import { compile } from './wat.ts';
import { functionsFor, MODE_NAMES, type Declared } from './system-api-functions.ts';

/** The table begins with a callback that answers, one that traps and one that passes a reject on; then the functions. */
const FIRST = 3;

/** Imports, memory, a function `$f<k>` that calls function k with zeroes, and the same as callback. */
function prelude(functions: readonly Declared[], width: 32 | 64): string {
    const imports = functions.map(({ name, params, result }) => {
        const output = result === undefined ? '' : `(result ${result})`;
        return `(import "ic0" "${name}" (func $${name} (param ${params.join(' ')}) ${output}))`;
    });
    const bodies = functions.map(({ name, params, result }, k) => {
        const call = `(call $${name} ${params.map((type) => `(${type}.const 0)`).join(' ')})`;
        const body = result === undefined ? call : `(drop ${call})`;
        return `(func $f${k} ${body}) (func $cb${k} (param i${width}) (call $f${k}))`;
    });
    const entries = functions.map((_, k) => `$cb${k}`).join(' ');
    return `${imports.join('\n')} (type $callback (func (param I)))
        (memory ${width === 64 ? 'i64' : ''} 1) (data (I.const 16) "ok") (data (I.const 24) "missing")
        (data (I.const 64) "http_request")
        (table ${width === 64 ? 'i64' : ''} ${FIRST + functions.length} funcref)
        (elem (I.const 0) func $answer $fail $refuse ${entries})
        (func $answer (param I) (call $msg_reply))
        (func $fail (param I) unreachable)
        (func $refuse (param I)
            (call $msg_reject_msg_copy (I.const 2048) (I.const 0) (call $msg_reject_msg_size))
            (call $msg_reject (I.const 2048) (call $msg_reject_msg_size)))
        (func $selected (result I) (call $msg_arg_data_copy (I.const 0) (I.const 0) (I.const 4))
            ${width === 64 ? '(i64.load32_u (I.const 0))' : '(i32.load (I.const 0))'})
        (func $run (param $k I) (call_indirect (type $callback) (I.const 0) (local.get $k)))
        (func $ask (param $name I) (param $size I) (param $reply I) (param $reject I) (param $cleanup I)
            (call $canister_self_copy (I.const 32) (I.const 0) (call $canister_self_size))
            (call $call_new (I.const 32) (call $canister_self_size) (local.get $name) (local.get $size)
                (local.get $reply) (I.const 0) (local.get $reject) (I.const 0))
            (call $call_on_cleanup (local.get $cleanup) (I.const 0))
            (drop (call $call_perform)))
        ${bodies.join('\n')}`.replaceAll(/\bI\b/g, `i${width}`);
}

/** Methods named by context, which take the table entry as argument. */
const METHODS = `
    (func (export "canister_query ok") (call $msg_reply))
    (func (export "canister_update U") (call $run (call $selected)))
    (func (export "canister_query Q") (call $run (call $selected)))
    (func (export "canister_composite_query CQ") (call $run (call $selected)))
    (func $ok (param $reply I) (param $cleanup I)
        (call $ask (I.const 16) (I.const 2) (local.get $reply) (I.const 1) (local.get $cleanup)))
    (func $missing (param $reject I)
        (call $ask (I.const 24) (I.const 7) (I.const 1) (local.get $reject) (I.const 0)))
    (func (export "canister_update Ry") (call $ok (call $selected) (I.const 0)))
    (func (export "canister_update Rt") (call $missing (call $selected)))
    (func (export "canister_update C") (call $ok (I.const 1) (call $selected)))
    (func (export "canister_composite_query CRy") (call $ok (call $selected) (I.const 0)))
    (func (export "canister_composite_query CRt") (call $missing (call $selected)))
    (func (export "canister_composite_query CC") (call $ok (I.const 1) (call $selected)))
    (func (export "canister_update select") (i64.store (I.const 8) (i64.EXTEND (call $selected)))
        (drop (call $global_timer_set (i64.const 1))) (call $msg_reply))
    (func (export "canister_update keep") (i64.store (I.const 8) (i64.EXTEND (call $selected))) (call $msg_reply))
    (func (export "canister_update outcall")
        (call $msg_arg_data_copy (I.const 2048) (I.const 0) (call $msg_arg_data_size))
        (call $call_new (I.const 0) (I.const 0) (I.const 64) (I.const 12)
            (I.const 0) (I.const 0) (I.const 2) (I.const 0))
        (call $call_data_append (I.const 2048) (call $msg_arg_data_size))
        (drop (call $call_perform)))
    (func (export "canister_query TQ") (call $run (call $kept)))
    (func $kept (result I) (I.WRAP (i64.load (I.const 8))))
    (func (export "canister_global_timer") (call $run (call $kept)))
    (func (export "canister_pre_upgrade") (call $run (call $kept)))`;

function methods(width: 32 | 64): string {
    const [extend, wrap] = width === 64 ? ['(call $same', '(call $same'] : ['(i64.extend_i32_u', '(i32.wrap_i64'];
    const same = width === 64 ? '(func $same (param i64) (result i64) (local.get 0))' : '';
    return (
        same + METHODS.replaceAll('(i64.EXTEND', extend!).replaceAll('(I.WRAP', wrap!).replaceAll(/\bI\b/g, `i${width}`)
    );
}

function errorOf(result: CallResult): string {
    return result.kind === 'reply' ? '' : result.message;
}

/** What calling table entry `entry` says in each context that one canister can be brought into. */
function errorsOf(lab: Lab, id: Uint8Array, code: Uint8Array, entry: number): Record<string, string> {
    const arg = new Uint8Array(Int32Array.of(entry).buffer);
    const errors: Record<string, string> = {
        RQ: errorOf(lab.call(id, 'Q', arg)),
        NRQ: errorOf(lab.query(id, 'Q', arg))
    };
    for (const method of ['U', 'Ry', 'Rt', 'C']) {
        errors[method] = errorOf(lab.call(id, method, arg));
    }
    for (const method of ['CQ', 'CRy', 'CRt', 'CC']) {
        errors[method] = errorOf(lab.query(id, method, arg));
    }
    lab.step(id, 'select', arg);
    errors['T'] = lab.next().error?.message ?? '';
    lab.replica.settle();
    lab.step(id, 'keep', arg);
    const request = { ...ask, transform: transform(id, 'TQ') };
    errors['TQ'] = errorOf(lab.call(id, 'outcall', new Uint8Array(IDL.encode([HTTP_REQUEST], [request]))));
    lab.step(id, 'select', arg);
    const upgrade = installArgs(id, code, new Uint8Array(0), { upgrade: [] });
    errors['G'] = errorOf(lab.tryManage('install_code', types.INSTALL_CODE, upgrade));
    lab.replica.settle();
    return errors;
}

function installError(code: Uint8Array, arg = new Uint8Array(0)): string {
    const lab = new Lab();
    return errorOf(lab.tryManage('install_code', types.INSTALL_CODE, installArgs(lab.create(), code, arg)));
}

describe.each([32, 64] as const)('With %i-bit memory', (width) => {
    const functions = functionsFor(width);
    const shared = prelude(functions, width);
    const code = compile(`(module ${shared} ${methods(width)})`);
    const init = compile(`(module ${shared} (func (export "canister_init") (call $run (call $selected))))`);
    const inspecting = compile(`(module ${shared} (func (export "canister_update go"))
        (func (export "canister_inspect_message") (call $run (call $selected)) (call $accept_message)))`);
    const lab = new Lab({ outcalls: () => [ok] });
    const id = lab.create();
    lab.installOn(id, code);
    const inspector = lab.create();
    lab.installOn(inspector, inspecting);

    it.each(functions.map((declared, k) => [declared.name, declared, k] as const))('%s', (name, declared, k) => {
        const arg = new Uint8Array(Int32Array.of(FIRST + k).buffer);
        const errors = errorsOf(lab, id, code, FIRST + k);
        errors['I'] = installError(init, arg);
        errors['F'] = errorOf(lab.call(inspector, 'go', arg));
        errors['s'] = installError(compile(`(module ${shared} (start $f${k}))`));
        for (const [letter, mode] of Object.entries(MODE_NAMES)) {
            const refused = `"ic0_${name}" cannot be executed in ${mode} mode`;
            const [wrong] = new RegExp(`"ic0_${name}" cannot be executed in .* mode`).exec(errors[letter]!) ?? [];
            const expected = declared.contexts.has(letter) ? undefined : refused;
            expect([letter, wrong]).toEqual([letter, expected]);
        }
    });
});
