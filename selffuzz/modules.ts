/** Kind: damaged modules, of compilers and by hand, installed and called. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import fc from 'fast-check';
import { buildProject, loadProject } from '../harness/build/index.ts';
import type { Kind } from './kind.ts';
import { kind } from './kind.ts';
import { compile } from './program-text.ts';
import { differs } from './twins.ts';
import type { Twin } from './twins.ts';

const PROJECT = join(import.meta.dirname, '..');
const HEADER_BYTES = 8;
const NO_ARGUMENTS = Uint8Array.of(0x44, 0x49, 0x44, 0x4c, 0, 0);
const METHODS_CALLED = 4;

/** Small, and with a bit of everything: here nearly every byte matters. */
const RICH = `(module
    (import "ic0" "msg_reply" (func $reply)) (import "ic0" "msg_reply_data_append" (func $append (param i32 i32)))
    (import "ic0" "time" (func $time (result i64))) (import "ic0" "stable64_grow" (func $grow (param i64) (result i64)))
    (memory (export "memory") 1 10) (table 3 funcref) (elem (i32.const 1) $callback $f)
    (global $g (mut i64) (i64.const 5)) (global f64 (f64.const 1.5))
    (data (i32.const 10) "active data") (data $p "passive data") (start $start)
    (func $start (i32.store (i32.const 20) (i32.const 7)))
    (func $callback (param i32) (call $reply))
    (func $f (param i32) (result i32) (local i64 f32 v128)
        (block (loop (br_if 1 (local.get 0)) (br_table 0 1 (i32.const 1))))
        (v128.store (i32.const 64) (local.get 3))
        (if (result i32) (local.get 0) (then (memory.grow (i32.const 1))) (else (i32.load (i32.const 8)))))
    (func (export "canister_init") (global.set $g (call $time)) (drop (call $grow (i64.const 1))))
    (func (export "canister_update x") (memory.init $p (i32.const 0) (i32.const 0) (i32.const 3)) (data.drop $p)
        (drop (call_indirect (param i32) (result i32) (i32.const 1) (i32.const 2)))
        (call $append (i32.const 0) (i32.const 30)) (call $reply))
    (func (export "canister_query q") (global.set $g (i64.add (global.get $g) (i64.const 1)))
        (i64.store (i32.const 0) (global.get $g)) (call $append (i32.const 0) (i32.const 8)) (call $reply)))`;

type Edit =
    | { readonly do: 'flip'; readonly at: number; readonly bits: number }
    | { readonly do: 'set'; readonly at: number; readonly byte: number }
    | { readonly do: 'cut'; readonly at: number }
    | { readonly do: 'copy'; readonly at: number; readonly from: number; readonly size: number }
    | { readonly do: 'swap' | 'move' | 'repeat'; readonly at: number; readonly from: number }
    | { readonly do: 'remove'; readonly at: number };

interface Input {
    readonly base: string;
    readonly edits: readonly Edit[];
}

// Positions are drawn from all of the range and taken modulo what there is.
const at = fc.nat(2 ** 30);
const edit: fc.Arbitrary<Edit> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('flip' as const), at, bits: fc.nat(255) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('set' as const), at, byte: fc.nat(255) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('cut' as const), at }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('copy' as const), at, from: at, size: fc.nat(40) }) },
    {
        weight: 2,
        arbitrary: fc.record({
            do: fc.constantFrom('swap' as const, 'move' as const, 'repeat' as const), at: fc.nat(15), from: fc.nat(15)
        })
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), at: fc.nat(15) }) }
);

/** A module with the edits made, one after the other. */
function edited(module: Uint8Array, edits: readonly Edit[]): Uint8Array {
    return edits.reduce(applied, module);
}

function applied(module: Uint8Array, each: Edit): Uint8Array {
    const place = each.at % Math.max(1, module.length);
    const bytes = module.slice();
    switch (each.do) {
        case 'flip':
            bytes[place] = (bytes[place] ?? 0) ^ each.bits;
            return bytes;
        case 'set':
            bytes[place] = each.byte;
            return bytes;
        case 'cut':
            return module.slice(0, place);
        case 'copy': {
            const from = each.from % Math.max(1, module.length);
            const part = module.slice(from, from + Math.min(each.size, module.length - place));
            bytes.set(part, place);
            return bytes;
        }
        default:
            return rearranged(module, each);
    }
}

function rearranged(module: Uint8Array, each: Edit & { do: 'swap' | 'move' | 'repeat' | 'remove' }): Uint8Array {
    const parts = sections(module);
    const here = each.at % Math.max(1, parts.length);
    if (each.do === 'remove') {
        parts.splice(here, 1);
    } else {
        const there = each.from % Math.max(1, parts.length);
        const [one, other] = [parts[here], parts[there]];
        if (one === undefined || other === undefined) {
            return module;
        }
        if (each.do === 'swap') {
            [parts[here], parts[there]] = [other, one];
        } else {
            parts.splice(there, 0, ...(each.do === 'move' ? parts.splice(here, 1) : [one]));
        }
    }
    return Uint8Array.from(Buffer.concat([module.subarray(0, HEADER_BYTES), ...parts]));
}

/** The sections of a module that may be damaged: what has no length that fits is one last part. */
function sections(module: Uint8Array): Uint8Array[] {
    const parts: Uint8Array[] = [];
    for (let start = HEADER_BYTES; start < module.length;) {
        let size = 0;
        let next = start + 1;
        for (let scale = 1; ; scale *= 128) {
            const byte = module[next++] ?? 0;
            size += (byte & 0x7f) * scale;
            if (byte < 0x80 || scale > 2 ** 28) break;
        }
        const end = Math.min(module.length, next + size);
        parts.push(module.slice(start, end));
        start = end;
    }
    return parts;
}

function judge(module: Uint8Array): string | undefined {
    let id = new Uint8Array(0);
    return differs(
        (twin) => {
            id = Uint8Array.from(twin.create());
        },
        (twin) => {
            if (twin.install(id, module)) {
                callAll(twin, id, module);
            }
        }
    );
}

function callAll(twin: Twin, id: Uint8Array, module: Uint8Array): void {
    twin.settle();
    for (const { kind: how, name } of publicMethods(module).slice(0, METHODS_CALLED)) {
        if (how !== 'update') {
            twin.query(id, name, NO_ARGUMENTS);
        }
        twin.submit(id, name, NO_ARGUMENTS);
        twin.settle();
        twin.tell(`state ${twin.state()}`);
    }
    twin.install(id, module, 'upgrade');
}

function publicMethods(module: Uint8Array): { readonly kind: string; readonly name: string }[] {
    return (WebAssembly as unknown as { Module: ModuleConstructor }).Module.exports(
        new WebAssembly.Module(Uint8Array.from(module))
    ).flatMap(({ name }) => {
        const match = /^canister_(update|query|composite_query) (.*)$/s.exec(name);
        return match === null ? [] : [{ kind: match[1] ?? '', name: match[2] ?? '' }];
    });
}

/** Part of the WebAssembly JavaScript interface; Node's own types leave it out. */
interface ModuleConstructor {
    exports(module: WebAssembly.Module): readonly { readonly name: string }[];
}

interface Motoko {
    readonly compiler: { gcFlags(mode: string): void };
    write(path: string, source: string): void;
    wasm(path: string, mode: 'ic'): { readonly wasm: Uint8Array };
}

const ACTOR = `persistent actor {
    var n = 0;
    public func inc() : async Nat { n += 1; n };
    public func twice() : async Nat { ignore await inc(); await inc() };
    public query func get() : async Nat { n }
}`;

/** The modules that are damaged, by name; Azle's is large, so it is left out where time is short. */
export type Bases = ReadonlyMap<string, Uint8Array>;

/** Compiles the modules; Azle's comes out of the build cache, or takes a minute. Throws what compilers throw. */
export async function bases(azle: boolean): Promise<Bases> {
    const motoko = createRequire(import.meta.url)('motoko') as Motoko;
    motoko.write('main.mo', ACTOR);
    const persistent = motoko.wasm('main.mo', 'ic').wasm;
    motoko.compiler.gcFlags('classicOP');
    const found = new Map([
        ['wat', compile(RICH)], ['motoko', persistent], ['classical', motoko.wasm('main.mo', 'ic').wasm]
    ]);
    if (azle) {
        const canisters = ['counter_azle'];
        const built = await buildProject(loadProject(PROJECT), { canisters, canisterIds: () => 'aaaaa-aa' });
        found.set('azle', built.get('counter_azle')!.wasm);
    }
    return found;
}

/** Damaged modules on both memory engines. */
export function modules(from: Bases): Kind {
    const names = [...from.keys()];
    return kind<Input>({
        name: 'modules',
        about: 'damaged modules: refused, or run the same with either memory; nothing else happens',
        draw: fc.record({
            base: fc.oneof(
                { weight: 6, arbitrary: fc.constant('wat') },
                { weight: 1, arbitrary: fc.constantFrom(...names) }
            ),
            edits: fc.array(edit, { minLength: 1, maxLength: 3 })
        }),
        judge: ({ base, edits }) => judge(edited(from.get(base)!, edits)),
        show: ({ base, edits }) => {
            const module = edited(from.get(base)!, edits);
            const bytes = module.length < 2_000 ? `\n${Buffer.from(module).toString('hex')}` : '';
            return `${base} with ${JSON.stringify(edits)}${bytes}`;
        }
    });
}
