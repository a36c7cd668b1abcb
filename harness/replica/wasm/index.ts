/** The public surface of the Wasm room: instrumented canister modules and instances that commit, abort and undo. */
export type {
    BlockCoverage, CanisterInstance, HostFunction, ImportedFunction, InstanceLimits, Metering, PointerWidth,
    PreparedModule, Signature, TrapKind
} from './contract.ts';
export type { MemoryEngine, MeteringChoice } from './engine/prepared.ts';
export { PAGES_MAX } from './decode/entities.ts';
export { validateByEngine } from './decode/engine.ts';
export type { Visit } from './decode/scan.ts';
export { Section, typeOfFunction } from './decode/shape.ts';
export type { DataSegment, FunctionType, ModuleShape } from './decode/shape.ts';
export { tableChange } from './binary/opcodes.ts';
export { ByteReader } from './binary/reader.ts';
export { valueTypeName } from './binary/types.ts';
export { InvalidModuleError, MissingImportError, UndoLimitError, WasmEngineError, WasmTrapError } from './errors.ts';
export { decode, prepareModule } from './prepare.ts';
export type { DecodedModule, PrepareOptions } from './prepare.ts';
