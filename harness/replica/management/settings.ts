/**
 * Canister settings: defaults, validation, and how they are read back (IC interface specification, "create_canister").
 */
import { Principal } from '@dfinity/principal';
import type { Settings } from '../canister.ts';
import { badSettings, unsupported } from './reject.ts';
import type { Opt, SettingsArgs } from './types.ts';

const CONTROLLERS_MAX = 10;
const VARIABLES_MAX = 20;
const VARIABLE_BYTES_MAX = 128;
const MONTH_SECONDS = 2_592_000n;
const RESERVED_CYCLES_LIMIT = 5_000_000_000_000n;
/** Production's default; the specification's is none. */
const WASM_MEMORY_LIMIT = 3n << 30n;

/** Settings of a new canister. Throws `ManagementReject`. */
export function newSettings(creator: Uint8Array, given: Opt<SettingsArgs>): Settings {
    const [args] = given;
    const settings: Settings = {
        controllers: value(args?.controllers)?.map((controller) => controller.toUint8Array()) ?? [creator],
        computeAllocation: value(args?.compute_allocation) ?? 0n,
        memoryAllocation: value(args?.memory_allocation) ?? 0n,
        freezingThreshold: value(args?.freezing_threshold) ?? MONTH_SECONDS,
        reservedCyclesLimit: value(args?.reserved_cycles_limit) ?? RESERVED_CYCLES_LIMIT,
        minimumIncomingCallCycles: value(args?.minimum_incoming_canister_call_cycles) ?? 0n,
        wasmMemoryLimit: value(args?.wasm_memory_limit) ?? WASM_MEMORY_LIMIT,
        wasmMemoryThreshold: value(args?.wasm_memory_threshold) ?? 0n,
        environment: (value(args?.environment_variables) ?? []).toSorted((a, b) => compareUtf8(a.name, b.name))
    };
    check(settings);
    checkVisibility(args);
    return settings;
}

/** As `canister_status` gives them. Visibilities cannot be set here, so they are the default. */
export function definiteSettings(settings: Settings): object {
    const controllersOnly = { controllers: null };
    return {
        controllers: settings.controllers.map((controller) => Principal.fromUint8Array(controller)),
        compute_allocation: settings.computeAllocation,
        memory_allocation: settings.memoryAllocation,
        freezing_threshold: settings.freezingThreshold,
        reserved_cycles_limit: settings.reservedCyclesLimit,
        minimum_incoming_canister_call_cycles: settings.minimumIncomingCallCycles,
        log_visibility: controllersOnly,
        snapshot_visibility: controllersOnly,
        status_visibility: controllersOnly,
        wasm_memory_limit: settings.wasmMemoryLimit,
        wasm_memory_threshold: settings.wasmMemoryThreshold,
        environment_variables: settings.environment
    };
}

function check(settings: Settings): void {
    if (settings.controllers.length > CONTROLLERS_MAX) {
        throw badSettings(`Invalid settings: 'controllers' length exceeds maximum size allowed of ${CONTROLLERS_MAX}.`);
    }
    if (settings.computeAllocation > 100n) {
        throw badSettings(`ComputeAllocation expected to be in the range [0..100], got ${settings.computeAllocation}`);
    }
    for (const [name, amount] of [
        ['MemoryAllocation', settings.memoryAllocation],
        ['FreezingThreshold', settings.freezingThreshold]
    ] as const) {
        if (amount >> 64n !== 0n) {
            throw badSettings(`${name} expected to be in the range [0..2^64-1], got ${amount}`);
        }
    }
    if (settings.wasmMemoryLimit > 1n << 48n) {
        throw badSettings(`WasmMemoryLimit expected to be in the range of [0..2^48], got ${settings.wasmMemoryLimit}`);
    }
    checkEnvironment(settings.environment);
}

// Everything is visible to controllers only: a canister that asks for more would be told no where the IC says yes.
function checkVisibility(args: SettingsArgs | undefined): void {
    for (const name of ['log_visibility', 'snapshot_visibility', 'status_visibility'] as const) {
        const visibility = value(args?.[name]);
        if (visibility !== undefined && !('controllers' in visibility)) {
            throw unsupported(`The setting ${name} other than controllers`);
        }
    }
}

function checkEnvironment(variables: Settings['environment']): void {
    if (variables.length > VARIABLES_MAX) {
        throw badSettings(`Too many environment variables: ${variables.length} (max: ${VARIABLES_MAX})`);
    }
    const encoder = new TextEncoder();
    for (const [at, { name, value: text }] of variables.entries()) {
        if (encoder.encode(name).length > VARIABLE_BYTES_MAX || encoder.encode(text).length > VARIABLE_BYTES_MAX) {
            throw badSettings(`The environment variable ${name} has a name or value over ${VARIABLE_BYTES_MAX} bytes`);
        }
        if (variables[at + 1]?.name === name) {
            throw badSettings(`The environment variable ${name} is given twice`);
        }
    }
}

// The IC sorts names by their bytes; JavaScript's own order is that of UTF-16 units.
function compareUtf8(a: string, b: string): number {
    const [x, y] = [[...a], [...b]];
    for (let at = 0; at < Math.min(x.length, y.length); at++) {
        const difference = (x[at]?.codePointAt(0) ?? 0) - (y[at]?.codePointAt(0) ?? 0);
        if (difference !== 0) {
            return difference;
        }
    }
    return x.length - y.length;
}

function value<Value>(opt: Opt<Value> | undefined): Value | undefined {
    return opt?.[0];
}
