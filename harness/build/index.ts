/** From dfx.json to Wasm and Candid, and from Candid text to the types and values that calls need. */
export { loadProject } from './project/load.ts';
export type { CanisterDeclaration, Project } from './project/types.ts';

export { buildProject, defaultCacheDirectory } from './build.ts';
export type { BuildOptions, BuiltCanister } from './options.ts';
export type { BuildEvent } from './events.ts';
export { isRunning, startOf } from './cache/process-mark.ts';

export { candidInterface } from './candid/interface.ts';
export type { CandidInterface, CandidOptions } from './candid/interface.ts';
export { parseCandidArgs } from './candid/text-values.ts';

export { CompileError, formatDiagnostic } from './diagnostics.ts';
export type { Diagnostic } from './diagnostics.ts';
export * from './errors.ts';
export { CandidError, CandidValueError } from './candid/errors.ts';
