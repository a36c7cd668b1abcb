/**
 * How a System API function is declared: the signature and the contexts exactly as the IC interface specification
 * writes them, and what it does. `I` is the pointer width of the module's memory; implementations see unsigned numbers.
 */
import type { Frame } from '../frame.ts';
import { contexts } from '../modes.ts';
import type { HostFunction, PointerWidth, PreparedModule } from '../wasm/contract.ts';
import type { NumberImport, NumberType } from '../wasm/number-imports.ts';
import { overheadOf } from './overhead.ts';

/**
 * `I` and `i32` arrive as numbers, `i64` and `closure` (an I that is kept exactly: table index or environment) as
 * bigints. A `count` is an i64 that is given as a number, which is exact: no bigint has to be made of it.
 */
type Kind = Parameter | 'count';
type Parameter = 'I' | 'i32' | 'i64' | 'closure';
type Value = number | bigint;

/** Unit metering: what a call costs; on the IC 500 instructions. */
const HOST_CALL_STEPS = 32;
/** Functions that take this machine a microsecond and more. No canister calls one a million times in a message. */
const STRAINING: ReadonlySet<string> = new Set([
    'call_new', 'certified_data_set', 'global_timer_set', 'is_controller', 'stable64_grow', 'stable_grow',
    'cycles_burn128', 'msg_cycles_accept128', 'msg_cycles_available128', 'msg_cycles_refunded128',
    'canister_cycle_balance128', 'canister_liquid_cycle_balance128', 'cost_call', 'cost_create_canister',
    'cost_http_request'
]);
const STRAIN_STEPS = 1_000;
/** Functions whose i64 is a number of steps. Motoko's runtime asks for it twice a message. */
const COUNTING: ReadonlySet<string> = new Set(['performance_counter']);
type Run = (frame: Frame, ...args: never[]) => Value | void;

/** A declared function: bound to instances by `bind`, checked against imports by `wasmTypes`. */
export interface SystemFunction {
    readonly name: string;
    readonly params: readonly Parameter[];
    readonly result: Kind | undefined;
    /** Bit set of `MODES`. */
    readonly contexts: number;
    /** Exists for 32-bit memories only. */
    readonly only32: boolean;
    readonly run: Run;
}

/**
 * Declares a function, e.g. `define('msg_arg_data_copy', '(dst : I, offset : I, size : I) -> ()', 'I U RQ NRQ Ry F',
 * ...)`. Parameters called `*_fun`, `*_env`, `fun` and `env` are closures.
 */
export function define(name: string, signature: string, where: string, run: Run, only32 = false): SystemFunction {
    const match = /^\((.*)\) -> (.+)$/.exec(signature);
    if (match === null) {
        throw new TypeError(`the signature of ic0.${name} is malformed`);
    }
    const [, list = '', output = ''] = match;
    const params = list === '' ? [] : list.split(', ').map(kindOf);
    const result = output === '()' ? undefined : COUNTING.has(name) ? 'count' : kind(output);
    return { name, params, result, contexts: contexts(where), only32, run };
}

/** How `bind` wants the function of a module with 64-bit addresses to be imported. */
export function numberTypes({ params, result }: SystemFunction): Pick<NumberImport, 'params' | 'result'> {
    const type = (of: Kind): NumberType => (of === 'I' || of === 'count' ? 'number' : of === 'closure' ? 'i64' : of);
    return { params: params.map(type), result: result === undefined ? undefined : type(result) };
}

/** Wasm types of parameters and results for a memory of this width. */
export function wasmTypes(fn: SystemFunction, width: PointerWidth): { params: string[]; results: string[] } {
    const type = (of: Kind): string => (of === 'I' || of === 'closure' ? `i${width}` : of === 'count' ? 'i64' : of);
    return { params: fn.params.map(type), results: fn.result === undefined ? [] : [type(fn.result)] };
}

/**
 * The host function for an instance: checks the context, converts, runs. With 64-bit addresses it takes and gives them as
 * numbers, see `numberImports`.
 */
export function bind(
    fn: SystemFunction, { memoryWidth: width, metering }: Pick<PreparedModule, 'memoryWidth' | 'metering'>, frame: Frame
): HostFunction {
    const { name, contexts: allowed } = fn;
    const cost = metering === 'instructions' ? overheadOf(name) : HOST_CALL_STEPS;
    const run = fn.run as (frame: Frame, ...args: Value[]) => Value | void;
    const converters = fn.params.map((param) => converter(param, width));
    const [a, b, c, d] = converters;
    if (!STRAINING.has(name) && d === undefined && converters.every((each) => each === unchanged)) {
        return unconverted(fn, cost, frame);
    }
    const out = fn.result === undefined ? nothing : fn.result === 'count' && width === 32 ? bigint : same;
    const enter = STRAINING.has(name)
        ? (): Frame => {
              frame.require(allowed, name, cost);
              frame.strain(STRAIN_STEPS);
              return frame;
          }
        : (): Frame => {
              frame.require(allowed, name, cost);
              return frame;
          };
    // One closure an arity: rest parameters cost an array a call, and these run millions of times.
    if (a === undefined) {
        return () => out(run(enter()));
    }
    if (b === undefined) {
        return ((x: Value) => out(run(enter(), a(x)))) as HostFunction;
    }
    if (c === undefined) {
        return ((x: Value, y: Value) => out(run(enter(), a(x), b(y)))) as HostFunction;
    }
    if (d === undefined) {
        return ((x: Value, y: Value, z: Value) => out(run(enter(), a(x), b(y), c(z)))) as HostFunction;
    }
    if (converters.length === 8) {
        const [, , , , e, f, g, h] = converters as [Converter, Converter, ...Converter[]];
        return ((x1: Value, x2: Value, x3: Value, x4: Value, x5: Value, x6: Value, x7: Value, x8: Value) =>
            out(run(enter(), a(x1), b(x2), c(x3), d(x4), e!(x5), f!(x6), g!(x7), h!(x8)))) as HostFunction;
    }
    return ((...args: Value[]) =>
        out(run(enter(), ...args.map((value, at) => (converters[at] as Converter)(value))))) as HostFunction;
}

/** A function of up to three addresses and sizes that V8 hands over as they are: the check, and the function itself. */
function unconverted(fn: SystemFunction, cost: number, frame: Frame): HostFunction {
    const { name, params, contexts: allowed } = fn;
    const run = fn.run as (frame: Frame, x?: Value, y?: Value, z?: Value) => Value;
    switch (params.length) {
        case 0:
            return () => {
                frame.require(allowed, name, cost);
                return run(frame);
            };
        case 1:
            return ((x: Value) => {
                frame.require(allowed, name, cost);
                return run(frame, x);
            }) as HostFunction;
        case 2:
            return ((x: Value, y: Value) => {
                frame.require(allowed, name, cost);
                return run(frame, x, y);
            }) as HostFunction;
        default:
            return ((x: Value, y: Value, z: Value) => {
                frame.require(allowed, name, cost);
                return run(frame, x, y, z);
            }) as HostFunction;
    }
}

type Converter = (value: Value) => Value;

function converter(of: Parameter, width: PointerWidth): Converter {
    switch (of) {
        case 'i32':
            return unsigned32;
        case 'i64':
            return unsigned64;
        case 'I':
            // Addresses over 2^53 lose precision, but they are out of bounds by far.
            return width === 32 ? unsigned32 : unchanged;
        case 'closure':
            return width === 32 ? closure32 : unsigned64;
    }
}

const unsigned32: Converter = (value) => (value as number) >>> 0;
const unsigned64: Converter = (value) => BigInt.asUintN(64, value as bigint);
const unchanged: Converter = (value) => value;
const closure32: Converter = (value) => BigInt((value as number) >>> 0);
const nothing = (): void => undefined;
const same = (value: Value | void): Value => value as Value;
const bigint = (value: Value | void): Value => BigInt(value as number);

function kindOf(param: string): Parameter {
    const [name = '', type = ''] = param.split(' : ');
    return /(^|_)(fun|env)$/.test(name) ? 'closure' : kind(type);
}

function kind(type: string): Parameter {
    if (type !== 'I' && type !== 'i32' && type !== 'i64') {
        throw new TypeError(`${type} is no type of the System API`);
    }
    return type;
}
