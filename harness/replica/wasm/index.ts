/** The public surface of the Wasm room: instrumented canister modules and instances that commit, abort and undo. */
export type {
    CanisterInstance, HostFunction, ImportedFunction, InstanceLimits, Metering, PointerWidth, PreparedModule, Signature,
    TrapKind
} from './contract.ts';
export type { MemoryEngine, MeteringChoice } from './engine/prepared.ts';
export { InvalidModuleError, MissingImportError, UndoLimitError, WasmEngineError, WasmTrapError } from './errors.ts';
export { prepareModule } from './prepare.ts';
export type { PrepareOptions } from './prepare.ts';
