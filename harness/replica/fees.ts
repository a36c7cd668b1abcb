/**
 * What things cost on a 13-node application subnet, and on others in proportion to their nodes (production's subnet configuration;
 * developer documentation, "Cycles costs"). Instructions are counted in metered unit steps here, so the variable part of an
 * execution's cost is the tool's, the prepayments and every other fee are production's. Compiling a module is free.
 */
import { amountOf, type Amount } from './amount.ts';
import type { Canister, Settings } from './canister.ts';
import { APPLICATION, type InstructionLimits } from './instruction-limits.ts';
import type { PointerWidth } from './wasm/contract.ts';

/** Of one query: the same on all subnets, as is the next. */
export const INSTRUCTIONS_QUERY = 5_000_000_000;
/** Of canister_inspect_message. */
export const INSTRUCTIONS_INSPECT = 200_000_000;

/** Balances saturate here. */
export const CYCLES_MAX = (1n << 128n) - 1n;
/** What `provisional_create_canister_with_cycles` gives when no amount is asked for. */
export const PROVISIONAL_CYCLES = 100_000_000_000_000n;

const NODES = 13n;
const EXECUTION_BASE = 5_000_000;
const CALL = 260_000;
const BYTE = 1_000;
const INGRESS = 1_200_000;
const INGRESS_BYTE = 2_000;
const CREATION = 500_000_000_000n;
const STORAGE_GIB_SECOND = 127_000n;
const COMPUTE_PERCENT_SECOND = 10_000_000n;
const RESPONSE_BYTES_MAX = 2_097_152;
const GIB = 1n << 30n;
const EXECUTION_MAX_32 = EXECUTION_BASE + APPLICATION.message;
const EXECUTION_MAX_64 = EXECUTION_BASE + 2 * APPLICATION.message;
const INSTALL_MAX = EXECUTION_BASE + APPLICATION.install;
const RESPONSE_MAX = BYTE * RESPONSE_BYTES_MAX;
const THRESHOLD_SIGNATURE = 10_000_000_000n;

/** Cycles a second: for compute whole ones, for memory in units of 2^-30, so that short times can be added up. */
export interface IdleBurn {
    readonly memory: bigint;
    readonly compute: bigint;
}

/** `charging` is false when everything costs nothing: callers then skip the arithmetic. */
export interface Fees {
    readonly charging: boolean;
    readonly creation: bigint;
    /** One execution that took `steps`. */
    execution(width: PointerWidth, steps: number): Amount;
    /** Withheld before an execution, so that it can pay for the largest number of instructions. */
    executionMax(width: PointerWidth): Amount;
    /** Withheld before an installation. */
    installMax(): Amount;
    ingress(bytes: number): Amount;
    /** A request of that size, without what is prepaid for the response. */
    request(bytes: number): Amount;
    /** A response of that size. */
    response(bytes: number): Amount;
    /** The largest response. */
    responseMax(): Amount;
    httpRequest(requestBytes: bigint, responseBytes: bigint): bigint;
    /** A threshold signature or an encrypted key, with a key that a subnet of so many nodes holds. */
    signature(nodes: number): bigint;
    /** Balance below which the canister is frozen, with its settings or with others. */
    freezingLimit(canister: Canister, settings?: Settings): Amount;
    /** What a canister pays for a second of its allocations, if it uses no memory beyond them. */
    idleBurn(canister: Canister, settings?: Settings): IdleBurn;
}

const STANDARD: Fees = {
    charging: true,
    creation: CREATION,
    // Numbers are exact far beyond any limit of instructions and bytes.
    execution: (width, steps) => EXECUTION_BASE + steps * perInstruction(width),
    executionMax: (width) => (width === 64 ? EXECUTION_MAX_64 : EXECUTION_MAX_32),
    // What the new code is was not looked at yet, so that its width does not matter.
    installMax: () => INSTALL_MAX,
    ingress: (bytes) => INGRESS + INGRESS_BYTE * bytes,
    request: (bytes) => CALL + BYTE * bytes,
    response: (bytes) => BYTE * bytes,
    responseMax: () => RESPONSE_MAX,
    httpRequest: (requestBytes, responseBytes) => httpRequest(NODES, requestBytes, responseBytes),
    signature: (nodes) => (THRESHOLD_SIGNATURE * BigInt(nodes)) / NODES,
    freezingLimit: (canister, settings = canister.settings) => freezingLimit(canister, settings, idleBurn),
    idleBurn
};

const FREE: Fees = {
    charging: false,
    creation: 0n,
    execution: () => 0,
    executionMax: () => 0,
    installMax: () => 0,
    ingress: () => 0,
    request: () => 0,
    response: () => 0,
    responseMax: () => 0,
    httpRequest: () => 0n,
    signature: () => 0n,
    freezingLimit: () => 0,
    idleBurn: () => ({ memory: 0n, compute: 0n })
};

/** System subnets charge nothing but signatures, which the subnet that holds the key charges; calls of the NNS are exempt. */
const SIGNATURES_ONLY: Fees = { ...FREE, signature: STANDARD.signature };

/** `system`: of a system subnet other than the NNS, where everything is `free`. */
export type CostSchedule = 'standard' | 'system' | 'free';

/** The fees of a cost schedule on a subnet of so many nodes. */
export function feesOf(schedule: CostSchedule, nodes = 13, limits = APPLICATION): Fees {
    switch (schedule) {
        case 'standard':
            return nodes === 13 && limits === APPLICATION ? STANDARD : scaled(BigInt(nodes), limits);
        case 'system':
            return SIGNATURES_ONLY;
        case 'free':
            return FREE;
    }
}

/** All but outcalls and signatures cost n / 13 of what they cost on 13 nodes, rounded down. */
function scaled(nodes: bigint, { message, install }: InstructionLimits): Fees {
    const scale = (cost: bigint): bigint => (cost * nodes) / NODES;
    const scaledAmount = (cost: Amount): Amount => amountOf(scale(BigInt(cost)));
    const burn = (canister: Canister, settings?: Settings): IdleBurn => {
        const { memory, compute } = idleBurn(canister, settings);
        return { memory: scale(memory), compute: scale(compute) };
    };
    const max32 = scaledAmount(STANDARD.execution(32, message));
    const max64 = scaledAmount(STANDARD.execution(64, message));
    const installMax = scaledAmount(STANDARD.execution(32, install));
    const responseMax = scaledAmount(RESPONSE_MAX);
    return {
        charging: true,
        creation: scale(CREATION),
        execution: (width, steps) => scaledAmount(STANDARD.execution(width, steps)),
        executionMax: (width) => (width === 64 ? max64 : max32),
        installMax: () => installMax,
        ingress: (bytes) => scaledAmount(STANDARD.ingress(bytes)),
        request: (bytes) => scaledAmount(STANDARD.request(bytes)),
        response: (bytes) => scaledAmount(STANDARD.response(bytes)),
        responseMax: () => responseMax,
        httpRequest: (requestBytes, responseBytes) => httpRequest(nodes, requestBytes, responseBytes),
        signature: STANDARD.signature,
        freezingLimit: (canister, settings = canister.settings) => freezingLimit(canister, settings, burn),
        idleBurn: burn
    };
}

function httpRequest(nodes: bigint, requestBytes: bigint, responseBytes: bigint): bigint {
    return (3_000_000n + 60_000n * nodes + 400n * requestBytes + 800n * responseBytes) * nodes;
}

function freezingLimit(canister: Canister, settings: Settings, burn: Fees['idleBurn']): Amount {
    const usage = memoryUsage(canister);
    const known = canister.freezing;
    if (known?.usage === usage && known.settings === settings) {
        return known.limit;
    }
    const { memory, compute } = burn(canister, settings);
    const limit = amountOf((memory / GIB + compute) * settings.freezingThreshold);
    canister.freezing = { usage, settings, limit };
    return limit;
}

function idleBurn(canister: Canister, settings: Settings = canister.settings): IdleBurn {
    const { computeAllocation, memoryAllocation } = settings;
    const used = BigInt(memoryUsage(canister));
    const memory = used > memoryAllocation ? used : memoryAllocation;
    return { memory: memory * STORAGE_GIB_SECOND, compute: computeAllocation * COMPUTE_PERCENT_SECOND };
}

/** Heap, stable memory, module, chunks, snapshots and history, in bytes. */
export function memoryUsage(canister: Canister): number {
    const heap = canister.instance?.heapBytes() ?? 0;
    return heap + canister.stable.bytes + (canister.code?.module.length ?? 0) + canister.storedBytes;
}

// Instructions of 64-bit modules cost twice as much.
function perInstruction(width: PointerWidth): number {
    return width === 64 ? 2 : 1;
}
