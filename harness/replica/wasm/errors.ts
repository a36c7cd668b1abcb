/** What can go wrong with a canister module, one class per cause. */
import type { TrapKind } from './contract.ts';

/**
 * Wasm stopped by a trap: everything the execution changed must be aborted. Deterministic for one module and input.
 * Thrown by `CanisterInstance` and `PreparedModule.instantiate`.
 */
export class WasmTrapError extends Error {
    override readonly name = 'WasmTrapError';
    readonly code = 'wasm-trap';
    readonly kind: TrapKind;

    constructor(kind: TrapKind, cause?: unknown) {
        super(`the canister trapped: ${kind}`, cause === undefined ? undefined : { cause });
        this.kind = kind;
    }
}

/**
 * The bytes are no module that the Internet Computer accepts. The message names what is wrong and, when known, where.
 * Next step for the user: rebuild the canister, or pass the Wasm file that the build wrote.
 */
export class InvalidModuleError extends Error {
    override readonly name = 'InvalidModuleError';
    readonly code = 'invalid-module';
    /** Offset in the unzipped module, in bytes. */
    readonly offset: number | undefined;

    constructor(detail: string, offset?: number, cause?: unknown) {
        const where = offset === undefined ? '' : ` (at byte ${offset})`;
        super(`${detail}${where}`, cause === undefined ? undefined : { cause });
        this.offset = offset;
    }
}

/** What was uploaded is neither a Wasm module nor one zipped by gzip. Next step: pass the file that the build wrote. */
export class ModuleContainerError extends Error {
    override readonly name = 'ModuleContainerError';
    readonly code = 'invalid-module';

    constructor(detail: string, cause?: unknown) {
        super(`Failed to decode wasm module: ${detail}`, cause === undefined ? undefined : { cause });
    }
}

/** The unpacked module is larger than the IC allows. Next step: shrink it, or split it into several canisters. */
export class ModuleTooLargeError extends Error {
    override readonly name = 'ModuleTooLargeError';
    readonly code = 'invalid-module';
    /** In bytes. */
    readonly size: number;

    constructor(size: number, allowed: number) {
        super(`Wasm module size of ${size} exceeds the maximum allowed size of ${allowed}.`);
        this.size = size;
    }
}

/**
 * The undo stack reached its limit. Nothing was committed and the execution can still be aborted.
 * Next step: forget marks earlier (shorter schedules) or raise `InstanceLimits.undoBytesMax`.
 */
export class UndoLimitError extends Error {
    override readonly name = 'UndoLimitError';
    readonly code = 'undo-limit';
    readonly undoBytesMax: number;
    readonly fix =
        'Explore shorter schedules (fewer calls), or let the canister write less: exploration has to undo it.';

    constructor(undoBytesMax: number) {
        super(
            `the undo stack of a canister would exceed ${undoBytesMax} bytes: `
                + 'it has changed too much memory since the beginning'
        );
        this.undoBytesMax = undoBytesMax;
    }
}

/** A module imports a function for which the host gave none. Next step: validate `PreparedModule.imports` first. */
export class MissingImportError extends Error {
    override readonly name = 'MissingImportError';
    readonly code = 'missing-import';

    constructor(importName: string) {
        super(`the module imports ${importName}, which the host does not provide`);
    }
}

/** A fault of this tool, never of the canister. Next step: report it together with the module. */
export class WasmEngineError extends Error {
    override readonly name = 'WasmEngineError';
    readonly code = 'wasm-engine';

    constructor(detail: string, cause?: unknown) {
        super(`internal error, please report: ${detail}`, cause === undefined ? undefined : { cause });
    }
}
