/** Test helpers: modules from text, and instances to try them on. */
import { createHash } from 'node:crypto';
import initWabt from 'wabt';
import { prepareModule } from '../index.ts';
import type { CanisterInstance, HostFunction, InstanceLimits, MemoryEngine, MeteringChoice } from '../index.ts';

const wabt = await initWabt();
const FEATURES = {
    memory64: true, multi_memory: true, bulk_memory: true, reference_types: true, simd: true, multi_value: true,
    sat_float_to_int: true, sign_extension: true, mutable_globals: true, tail_call: true, exceptions: true,
    threads: true, relaxed_simd: true, extended_const: true, gc: true
};

/** The binary form of a module in text form. */
export function assemble(text: string): Uint8Array {
    const parsed = wabt.parseWat('test.wat', text, FEATURES);
    try {
        return Uint8Array.from(parsed.toBinary({}).buffer);
    } finally {
        parsed.destroy();
    }
}

export const ENGINES: readonly MemoryEngine[] = ['fast', 'reference'];
const LIMITS: InstanceLimits = { heapBytesMax: 64 * 65_536, callDepthMax: 1_000 };
const STEPS = 1_000_000;

export interface Options {
    readonly memory?: MemoryEngine;
    readonly metering?: MeteringChoice;
    readonly marksBlocks?: boolean;
    readonly limits?: Partial<InstanceLimits>;
    readonly ic0?: Readonly<Record<string, HostFunction>>;
}

/** An instance of a module in text form. */
export function instantiate(text: string, options: Options = {}): CanisterInstance {
    const { memory = 'fast', metering = 'unit', marksBlocks = false, limits = {}, ic0 = {} } = options;
    const prepared = prepareModule(assemble(text), { memory, metering, marksBlocks });
    return prepared.instantiate(ic0, { ...LIMITS, ...limits });
}

/**
 * Runs exported functions as one execution and commits it; aborts and throws when one traps. Returns what `commit`
 * says.
 */
export function run(instance: CanisterInstance, ...names: readonly string[]): boolean {
    instance.begin(STEPS);
    try {
        for (const name of names) {
            instance.call(name);
        }
    } catch (error) {
        instance.abort();
        throw error;
    }
    return instance.commit();
}

/** The kind of trap that running `names` ends with; `none` without one. */
export function trapOf(instance: CanisterInstance, ...names: readonly string[]): string {
    try {
        run(instance, ...names);
        return 'none';
    } catch (error) {
        return (error as { kind?: string }).kind ?? String(error);
    }
}

/** SHA-256 over everything that Wasm can change. */
export function digest(instance: CanisterInstance): string {
    const hash = createHash('sha256');
    instance.digest(bytes => {
        hash.update(bytes);
    });
    return hash.digest('hex');
}

/** Wasm page size in bytes. */
export const PAGE = 65_536;
