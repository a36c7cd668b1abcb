/**
 * The companion module: commit, abort and undo as Wasm over four memories, since the same loops in JavaScript are an
 * order of magnitude slower. It is assembled for one heap width and side layout and never sees the canister's code.
 *
 * Undo stack: records of `pre-image | address: i64 | length: i32 | kind: i32`, read from the top. A record covers the
 * changed part of one block only, in units of 16 bytes. An undo height is the byte offset of a top of the stack.
 */
import { END, pointerOps } from '../binary/assembler.ts';
import { flatten, u32, utf8Name, vector } from '../binary/encode.ts';
import type { Code } from '../binary/encode.ts';
import type { PointerWidth } from '../contract.ts';
import type { SideLayout } from '../rewrite/layout.ts';
import { abort, commit, compareState, undo } from './companion-acts.ts';
import { abortPage, commitPage } from './companion-page.ts';
import { growShadow, makeRoom, push } from './companion-parts.ts';
import { abortBlocks, abortPages, commitBlocks, commitPages, countMarks, countPages } from './companion-scan.ts';
import type { CompanionFunction, CompanionShape } from './companion-parts.ts';
import type { Memories } from './running.ts';

export interface Companion {
    /**
     * Compares what was touched with the shadow, pushes pre-images, updates the shadow. `paged` is 1 when pages were marked too, else
     * 0. Returns a `CommitResult`.
     */
    readonly commit: (paged: number) => number;
    /** Copies the shadow back over what was touched, and the committed state over the current one. */
    readonly abort: (paged: number) => void;
    /** Pops records until the stack has this height. */
    readonly undo: (height: number) => void;
}

/** In the order of `Fn`. */
const MAKERS: readonly ((shape: CompanionShape) => CompanionFunction)[] = [
    growShadow, makeRoom, push, compareState, countMarks, countPages,
    commitPage, commitBlocks, commitPages, abortPage, abortBlocks, abortPages,
    commit, abort, undo
];
const EXPORTED = ['commit', 'abort', 'undo'];

/** Assembles and compiles the companion of modules with this heap width and side layout. Under a millisecond. */
export function companionModule(width: PointerWidth, layout: SideLayout): WebAssembly.Module {
    const shape = { pointer: pointerOps(width), layout };
    const functions = MAKERS.map(make => make(shape));
    const section = (id: number, content: Code): Code => {
        const bytes = flatten(content);
        return [id, u32(bytes.length), bytes];
    };
    const memory = (name: string, flags: number): Code => [utf8Name('m'), utf8Name(name), 2, flags, 0];
    const wide = width === 64 ? 0x04 : 0x00;
    return new WebAssembly.Module(Uint8Array.from(flatten([
        [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
        section(1, vector(functions.map(({ params, results }) => [0x60, vector(params), vector(results)]))),
        section(2, vector([memory('heap', wide), memory('shadow', wide), memory('side', 0), memory('marks', 0)])),
        section(3, vector(functions.map((_, index) => u32(index)))),
        section(7, vector(EXPORTED.map((name, i) => [utf8Name(name), 0, u32(functions.length - EXPORTED.length + i)]))),
        section(10, vector(functions.map(encodeBody)))
    ])));
}

function encodeBody({ locals, body }: CompanionFunction): Code {
    const bytes = flatten([vector(locals.map(type => [1, type])), body, END]);
    return [u32(bytes.length), bytes];
}

/** A companion over these memories. */
export function runCompanion(
    module: WebAssembly.Module,
    { heap, shadow, side, marks }: Memories & { readonly shadow: WebAssembly.Memory }
): Companion {
    return new WebAssembly.Instance(module, { m: { heap, shadow, side, marks } }).exports as unknown as Companion;
}
