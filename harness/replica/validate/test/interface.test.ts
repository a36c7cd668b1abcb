/** Imports and exports that may not be installed, one row a rule, with production's texts (ic-semantics 1.1). */
import { describe, expect, it } from '@jest/globals';
import * as types from '../../management/types.ts';
import { ALICE, installArgs, Lab, rejection, text } from '../../test/lab.ts';
import { assemble } from '../../wasm/test/wat.ts';
import { loadCode } from '../../code.ts';
import { DOCS, refusal, TOOLCHAIN } from './refusal.ts';

const PUBLIC =
    'exported functions called `canister_update <name>`, `canister_query <name>`, or `canister_composite_query <name>`';

describe('1.1 Imports', () => {
    const runtime = (name: string, module: string): string =>
        `Wasm module has an invalid import section. Module imports function '${name}' from '${module}' that is not ` +
        'exported by the runtime.';
    const signature = (rest: string): string => `Wasm module has an invalid function signature. Expected ${rest}`;
    const section = (rest: string): string => `Wasm module has an invalid import section. ${rest}`;

    it.each([
        ['(import "ic0" "nothing" (func))', runtime('nothing', 'ic0')],
        ['(import "env" "abort" (func))', runtime('abort', 'env')],
        ['(import "env" "time" (func (result i64)))',
            section('Module imports function "time" from "env", expected to be imported from one of ["ic0"] instead.')],
        ['(import "env" "memory" (memory 1))', section('Importing memories is not allowed.')],
        ['(import "env" "table" (table 1 funcref))', section('Importing tables is not allowed.')],
        ['(import "env" "g" (global i32))', section('Importing globals is not allowed.')],
        ['(import "env" "g" (global $g i32)) (global i32 (global.get $g))',
            section('Importing globals is not allowed.')],
        ['(import "env" "t" (tag))', section('Importing tags is not allowed.')],
        ['(import "ic0" "time" (func (result i32)))', signature("return type [I64] for 'time', got [I32].")],
        ['(import "ic0" "time" (func))', signature("return type [I64] for 'time', got [].")],
        ['(import "ic0" "debug_print" (func (param i32 i64)))',
            signature("input params [I32, I32] for 'debug_print', got [I32, I64].")],
        ['(import "ic0" "debug_print" (func (param i64 i64)))',
            signature("input params [I32, I32] for 'debug_print', got [I64, I64].")],
        ['(memory i64 1) (import "ic0" "debug_print" (func (param i32 i32)))',
            signature("input params [I64, I64] for 'debug_print', got [I32, I32].")],
        ['(import "ic0" "msg_reply" (func (param externref v128)))',
            signature("input params [] for 'msg_reply', got [Ref(externref), V128].")]
    ])('refuses %s', (imports, detail) => {
        const { detail: got, help } = refusal(`(module ${imports.startsWith('(memory') ? ordered(imports) : imports})`);
        expect(got).toBe(detail);
        expect(help).toContain(TOOLCHAIN);
    });

    /** Imports come before definitions. */
    function ordered(fields: string): string {
        const at = fields.indexOf('(import');
        return `${fields.slice(at)} ${fields.slice(0, at)}`;
    }

    // The nine functions that 32-bit memories alone have.
    it.each([
        ['call_cycles_add', '(param i64)'], ['stable_size', '(result i32)'],
        ['stable_grow', '(param i32) (result i32)'], ['stable_read', '(param i32 i32 i32)'],
        ['stable_write', '(param i32 i32 i32)'], ['canister_cycle_balance', '(result i64)'],
        ['msg_cycles_available', '(result i64)'], ['msg_cycles_refunded', '(result i64)'],
        ['msg_cycles_accept', '(param i64) (result i64)']
    ])('%s exists for 32-bit memories and for none, not for 64-bit ones', (name, type) => {
        const imports = `(import "ic0" "${name}" (func ${type}))`;
        expect(loadCode(assemble(`(module ${imports})`)).prepared.memoryWidth).toBe(32);
        expect(loadCode(assemble(`(module ${imports} (memory 1))`)).prepared.memoryWidth).toBe(32);
        expect(refusal(`(module ${imports} (memory i64 1))`).detail).toBe(runtime(name, 'ic0'));
    });

    it('stable64 functions exist for both', () => {
        for (const width of ['', 'i64']) {
            const module = `(module (import "ic0" "stable64_size" (func (result i64))) (memory ${width} 1))`;
            expect(loadCode(assemble(module)).prepared.imports).toHaveLength(1);
        }
    });
});

describe('1.1 Exports', () => {
    const section = (rest: string): string => `Wasm module has an invalid export section. ${rest}`;

    it.each([
        ['(func (export "canister_foo"))', 'Exporting reserved function \'canister_foo\' with "canister_" prefix'],
        ['(func (export "canister_update"))',
            'Exporting reserved function \'canister_update\' with "canister_" prefix'],
        ['(func (export "canister_Query x"))',
            'Exporting reserved function \'canister_Query x\' with "canister_" prefix'],
        ['(func (export "canister_start"))', 'Exporting reserved symbol canister_start not allowed.'],
        ['(func (export "canister counter_instructions"))',
            'Exporting reserved symbol canister counter_instructions not allowed.'],
        ['(global (export "canister counter_dirty_pages") i64 (i64.const 0))',
            'Exporting reserved symbol canister counter_dirty_pages not allowed.'],
        ['(func (export "canister counter_accessed_pages"))',
            'Exporting reserved symbol canister counter_accessed_pages not allowed.'],
        ['(memory (export "stable_memory") 1)', 'Exporting reserved symbol stable_memory not allowed.'],
        ['(memory (export "stable_bytemap_memory") 1)', 'Exporting reserved symbol stable_bytemap_memory not allowed.']
    ])('refuses %s', (fields, detail) => {
        const help = expect.stringContaining(TOOLCHAIN);
        expect(refusal(`(module ${fields})`)).toEqual({ detail: section(detail), help });
    });

    it.each(['init', 'inspect_message', 'pre_upgrade', 'post_upgrade', 'heartbeat', 'global_timer', 'update x',
        'on_low_wasm_memory', 'query x', 'composite_query x'])('canister_%s has the type () -> ()', name => {
        const signature = (rest: string): string => `Wasm module has an invalid function signature. Expected ${rest}`;
        expect(refusal(`(module (func (export "canister_${name}") (param i32)))`).detail).toBe(
            signature(`input params [] for 'canister_${name}', got [I32].`)
        );
        expect(refusal(`(module (func (export "canister_${name}") (result i64) (i64.const 0)))`).detail).toBe(
            signature(`return type [] for 'canister_${name}', got [I64].`)
        );
    });

    it.each([['update', 'query'], ['query', 'composite_query'], ['composite_query', 'update']])(
        'refuses one name as %s and as %s', (one, other) => {
            const { detail, help } = refusal(
                `(module (func (export "canister_${one} foo")) (func (export "canister_${other} foo")))`
            );
            expect(detail).toBe(section(
                "Duplicate function 'foo' exported multiple times with different call types: update, query, or " +
                    'composite_query.'
            ));
            expect(help).toBe(
                'Try defining different versions of the function for each call type, e.g. `foo_update`, `foo_query`, ' +
                    `etc. ${DOCS}wasm-module-duplicate-exports`
            );
        }
    );

    it('refuses 1,001 methods and accepts 1,000', () => {
        const methods = (count: number): string =>
            Array.from({ length: count }, (_, at) => `(func (export "canister_update m${at}"))`).join(' ');
        expect(loadCode(assemble(`(module ${methods(1_000)})`)).methods.size).toBe(1_000);
        const { detail, help } = refusal(`(module ${methods(1_001)})`);
        expect(detail).toBe(section(`The number of ${PUBLIC} exceeds 1000.`));
        expect(help).toContain('#wasm-module-exports-too-many-methods');
    });

    it('refuses names of more than 20,000 bytes in sum', () => {
        const methods = (long: number): string =>
            `(func (export "canister_update ${'a'.repeat(10_000)}"))
            (func (export "canister_query ${'\\c3\\a9'.repeat(long)}"))`;
        expect(loadCode(assemble(`(module ${methods(5_000)})`)).methods.size).toBe(2);
        const { detail, help } = refusal(`(module ${methods(5_001)})`);
        expect(detail).toBe(section(`The sum of \`<name>\` lengths in ${PUBLIC} exceeds 20000.`));
        expect(help).toContain('#wasm-module-sum-of-exported-name-lengths-too-large');
    });
});

it('the caller of install_code is told who, what and what to do, with IC0505', () => {
    const lab = new Lab();
    const id = lab.create();
    const digest = lab.replica.digest();
    const mark = lab.replica.mark();
    const module = assemble('(module (import "ic0" "nothing" (func)))');
    const result = rejection(lab.tryManage('install_code', types.INSTALL_CODE, installArgs(id, module), ALICE));
    expect(result).toMatchObject({ code: 5, errorCode: 'IC0505' });
    expect(result.message).toBe(
        `Error from Canister ${text(id)}: Canister's Wasm module is not valid: Wasm module has an invalid import ` +
            "section. Module imports function 'nothing' from 'ic0' that is not exported by the runtime..\n" +
            'This is likely an error with the compiler/CDK toolchain being used to build the canister. Please report ' +
            'the error to IC devs on the forum: https://forum.dfinity.org and include which language/CDK was used to create ' +
            'the canister.'
    );
    lab.replica.rollback(mark);
    expect(lab.replica.digest()).toBe(digest);
});
