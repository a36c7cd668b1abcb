/**
 * Canister settings: defaults, validation, and how they are read back (IC interface specification, "create_canister",
 * "update_settings").
 */
import { createHash } from 'node:crypto';
import type { Settings, Visibility } from '../canister.ts';
import { badSettings, ManagementReject } from './reject.ts';
import { principalOf, type Opt, type SettingsArgs, type VisibilityArgs } from './types.ts';

const LIST_MAX = 10;
const VARIABLES_MAX = 20;
const VARIABLE_BYTES_MAX = 128;
const encoder = new TextEncoder();

function defaultsFor(creator: Uint8Array): Settings {
    return {
        controllers: [creator],
        computeAllocation: 0n,
        memoryAllocation: 0n,
        // 30 days.
        freezingThreshold: 2_592_000n,
        reservedCyclesLimit: 5_000_000_000_000n,
        minimumIncomingCallCycles: 0n,
        logVisibility: 'controllers',
        snapshotVisibility: 'controllers',
        statusVisibility: 'controllers',
        // Production's; the specification's is none.
        wasmMemoryLimit: 3n << 30n,
        wasmMemoryThreshold: 0n,
        environment: []
    };
}

/** Settings of a new canister. Throws `ManagementReject`. */
export function newSettings(creator: Uint8Array, [args]: Opt<SettingsArgs>): Settings {
    const defaults = defaultsFor(creator);
    return args === undefined ? defaults : changedSettings(defaults, args);
}

/** Settings after a change; what is not given stays. Throws `ManagementReject`. */
export function changedSettings(old: Settings, args: SettingsArgs): Settings {
    const given = <Value>(opt: Opt<Value> | undefined): Value | undefined => opt?.[0];
    const environment = given(args.environment_variables)?.toSorted((a, b) => compareUtf8(a.name, b.name));
    const settings: Settings = {
        controllers: given(args.controllers)?.map((controller) => controller.toUint8Array()) ?? old.controllers,
        computeAllocation: given(args.compute_allocation) ?? old.computeAllocation,
        memoryAllocation: given(args.memory_allocation) ?? old.memoryAllocation,
        freezingThreshold: given(args.freezing_threshold) ?? old.freezingThreshold,
        reservedCyclesLimit: given(args.reserved_cycles_limit) ?? old.reservedCyclesLimit,
        minimumIncomingCallCycles: given(args.minimum_incoming_canister_call_cycles) ?? old.minimumIncomingCallCycles,
        logVisibility: visibility('log_visibility', given(args.log_visibility)) ?? old.logVisibility,
        snapshotVisibility:
            visibility('snapshot_visibility', given(args.snapshot_visibility)) ?? old.snapshotVisibility,
        statusVisibility: visibility('status_visibility', given(args.status_visibility)) ?? old.statusVisibility,
        wasmMemoryLimit: given(args.wasm_memory_limit) ?? old.wasmMemoryLimit,
        wasmMemoryThreshold: given(args.wasm_memory_threshold) ?? old.wasmMemoryThreshold,
        environment: environment ?? old.environment
    };
    checkNumbers(settings);
    checkLength('controllers', settings.controllers);
    checkEnvironment(settings.environment);
    return settings;
}

/** As `canister_status` gives them. */
export function definiteSettings(settings: Settings): object {
    return {
        controllers: settings.controllers.map(principalOf),
        compute_allocation: settings.computeAllocation,
        memory_allocation: settings.memoryAllocation,
        freezing_threshold: settings.freezingThreshold,
        reserved_cycles_limit: settings.reservedCyclesLimit,
        minimum_incoming_canister_call_cycles: settings.minimumIncomingCallCycles,
        log_visibility: visibilityArgs(settings.logVisibility),
        snapshot_visibility: visibilityArgs(settings.snapshotVisibility),
        status_visibility: visibilityArgs(settings.statusVisibility),
        wasm_memory_limit: settings.wasmMemoryLimit,
        wasm_memory_threshold: settings.wasmMemoryThreshold,
        environment_variables: settings.environment
    };
}

/** The hash of a map from texts to texts (IC interface specification, "Hash of map"). */
export function environmentHash(environment: Settings['environment']): Uint8Array {
    const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
    const pairs = environment.map(({ name, value }) =>
        Buffer.concat([sha256(encoder.encode(name)), sha256(encoder.encode(value))])
    );
    return new Uint8Array(sha256(Buffer.concat(pairs.sort((a, b) => Buffer.compare(a, b)))));
}

function checkNumbers(settings: Settings): void {
    const { computeAllocation, memoryAllocation } = settings;
    checkRange('ComputeAllocation expected to be in the range [0..100]', computeAllocation, 100n);
    const bytesMax = (1n << 64n) - 1n;
    checkRange(`MemoryAllocation expected to be in the range [0..${bytesMax}]`, memoryAllocation, bytesMax);
    for (const [name, value, bits, most] of [
        ['Freezing threshold', settings.freezingThreshold, 64, bytesMax],
        ['Reserved cycles limit', settings.reservedCyclesLimit, 128, (1n << 128n) - 1n],
        ['Minimum incoming canister call cycles', settings.minimumIncomingCallCycles, 128, (1n << 128n) - 1n],
        // The text says 64 bits, the limit is that of the specification.
        ['Wasm memory limit', settings.wasmMemoryLimit, 64, 1n << 48n],
        ['Wasm memory threshold', settings.wasmMemoryThreshold, 64, 1n << 48n]
    ] as const) {
        checkRange(`${name} expected to be in the range of [0..2^${bits}-1]`, value, most);
    }
}

function checkRange(expected: string, value: bigint, most: bigint): void {
    if (value > most) {
        // As Candid's numbers print: in groups of three.
        throw new ManagementReject('IC0504', `${expected}, got ${String(value).replace(/\B(?=(\d{3})+$)/g, '_')}`);
    }
}

function checkLength(name: string, list: readonly unknown[]): void {
    if (list.length > LIST_MAX) {
        throw badSettings(`Invalid settings: '${name}' length exceeds maximum size allowed of ${LIST_MAX}.`);
    }
}

function checkEnvironment(variables: Settings['environment']): void {
    if (variables.length > VARIABLES_MAX) {
        throw badVariables(`Too many environment variables: ${variables.length} (max: ${VARIABLES_MAX})`);
    }
    for (const [at, { name, value }] of variables.entries()) {
        if (variables[at + 1]?.name === name) {
            throw badVariables('Duplicate environment variables are not allowed');
        }
        for (const [what, text] of [
            ['name', name],
            ['value', value]
        ] as const) {
            if (encoder.encode(text).length > VARIABLE_BYTES_MAX) {
                const limit = `exceeds the maximum allowed length of ${VARIABLE_BYTES_MAX}.`;
                throw badVariables(`Environment variable ${what} "${text}" ${limit}`);
            }
        }
    }
}

function badVariables(text: string): ManagementReject {
    return new ManagementReject('IC0408', text);
}

function visibility(name: string, args: VisibilityArgs | undefined): Visibility | undefined {
    if (args === undefined) {
        return undefined;
    }
    if ('allowed_viewers' in args) {
        checkLength(name, args.allowed_viewers);
        return args.allowed_viewers.map((viewer) => viewer.toUint8Array());
    }
    return 'public' in args ? 'public' : 'controllers';
}

function visibilityArgs(setting: Visibility): VisibilityArgs {
    if (setting === 'public') {
        return { public: null };
    }
    return setting === 'controllers' ? { controllers: null } : { allowed_viewers: setting.map(principalOf) };
}

// The IC sorts names by their bytes; JavaScript's own order is that of UTF-16 units.
function compareUtf8(a: string, b: string): number {
    return Buffer.compare(encoder.encode(a), encoder.encode(b));
}
