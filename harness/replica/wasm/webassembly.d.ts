/**
 * The part of the WebAssembly JavaScript interface that this room uses; neither Node's types nor ES libraries declare
 * it.
 */
declare namespace WebAssembly {
    type Exports = Readonly<Record<string, unknown>>;
    type Imports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

    class Module {
        constructor(bytes: Uint8Array);
    }

    class Instance {
        constructor(module: Module, imports?: Imports);
        readonly exports: Exports;
    }

    class Memory {
        /** Sizes in pages; BigInt for memories with 64-bit addresses. */
        constructor(descriptor: { initial: number | bigint; maximum: number | bigint; address?: 'i32' | 'i64' });
        readonly buffer: ArrayBuffer;
        grow(delta: number | bigint): number | bigint;
    }

    function validate(bytes: Uint8Array): boolean;
}
