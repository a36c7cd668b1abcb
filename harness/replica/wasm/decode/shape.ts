/**
 * A module as the rewriter sees it: what it must understand is decoded, the rest stays a byte range of the original.
 */
import type { PointerWidth } from '../contract.ts';

/** Bytes `start` to `end` (exclusive) of the original module. */
export interface ByteRange {
    readonly start: number;
    readonly end: number;
}

export interface FunctionType {
    /** Value type bytes. */
    readonly params: Uint8Array;
    readonly results: Uint8Array;
}

export interface ImportShape {
    readonly module: string;
    readonly name: string;
    readonly typeIndex: number;
}

/** An import that is no function. The IC refuses them all (ic-semantics 1.1), so only what a refusal says is kept. */
export interface OtherImport {
    readonly module: string;
    readonly name: string;
    readonly kind: 'table' | 'memory' | 'global' | 'tag';
}

export interface MemoryShape {
    readonly width: PointerWidth;
    /** In Wasm pages of 65,536 bytes. */
    readonly pagesMin: number;
    /** As declared, or the largest that the IC allows (ic-semantics 1.3), whichever is smaller. */
    readonly pagesMax: number;
    /** As declared. Exact below 2^53. */
    readonly declaredMax: number | undefined;
}

export interface TableShape {
    readonly width: PointerWidth;
    readonly elementType: number;
}

export interface GlobalShape {
    readonly type: number;
    readonly mutable: boolean;
}

export interface ExportShape {
    readonly name: string;
    /** 0 function, 1 table, 2 memory, 3 global. */
    readonly kind: number;
    readonly index: number;
}

export interface DataSegment {
    /** The offset expression with its `end`, of an active segment; undefined for a passive one. */
    readonly offset: ByteRange | undefined;
    readonly content: ByteRange;
}

export interface CustomSection {
    readonly name: string;
    readonly content: Uint8Array;
}

export interface ModuleShape {
    readonly bytes: Uint8Array;
    readonly types: readonly FunctionType[];
    /** Imported functions. */
    readonly imports: readonly ImportShape[];
    readonly otherImports: readonly OtherImport[];
    /** Type index of each defined function. */
    readonly functionTypes: readonly number[];
    readonly tables: readonly TableShape[];
    readonly memory: MemoryShape | undefined;
    readonly globals: readonly GlobalShape[];
    readonly exports: readonly ExportShape[];
    readonly start: number | undefined;
    readonly data: readonly DataSegment[];
    /** Whether there is a data count section: only then can code name data segments. */
    readonly hasDataCount: boolean;
    /** Body of each defined function: local declarations and code, without the size. */
    readonly bodies: readonly ByteRange[];
    /** In module order; names may repeat. */
    readonly customSections: readonly CustomSection[];
    /** Section contents by section id, for those that are copied as they are. */
    readonly sections: ReadonlyMap<number, ByteRange>;
}

/** Ids of the sections of a module (core specification 5.5.2). */
export const Section = {
    custom: 0,
    type: 1,
    import: 2,
    function: 3,
    table: 4,
    memory: 5,
    global: 6,
    export: 7,
    start: 8,
    element: 9,
    code: 10,
    data: 11,
    dataCount: 12
} as const;

/** The type of the function with this index, imported or defined. Undefined when there is no such function. */
export function typeOfFunction(shape: ModuleShape, index: number): FunctionType | undefined {
    const typeIndex = shape.imports[index]?.typeIndex ?? shape.functionTypes[index - shape.imports.length];
    return typeIndex === undefined ? undefined : shape.types[typeIndex];
}
