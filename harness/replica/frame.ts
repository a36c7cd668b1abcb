/**
 * The execution that runs now, as the System API functions see it. There is one frame per subnet, reused for every
 * message: exactly one execution runs at a time.
 */
import { ByIdentity } from './by-identity.ts';
import { ByteBuffer } from './byte-buffer.ts';
import type { CallContext, Canister } from './canister.ts';
import type { Call, Closure, Message } from './message.ts';
import { modeName } from './modes.ts';
import { INSTRUCTIONS_PER_STEP } from './options.ts';
import type { Address } from './principal.ts';
import type { Answer } from './rejects.ts';
import type { StableMemory } from './stable.ts';
import type { Subnet } from './subnet.ts';
import type { CallerInfo } from './user-call.ts';
import { contractViolation, wrongMode } from './traps.ts';
import type { CanisterInstance } from './wasm/contract.ts';
import { WasmTrapError } from './wasm/index.ts';

/** A call between `call_new` and `call_perform`. */
export interface OutgoingCall {
    readonly callee: Address;
    readonly method: string;
    readonly reply: Closure;
    readonly reject: Closure;
    cleanup: Closure | undefined;
    readonly data: ByteBuffer;
    /** Payload bytes: method name and argument. */
    bytes: number;
    cycles: bigint;
    timeoutSeconds: number | undefined;
}

const NO_BYTES = new Uint8Array(0);
const NO_CALLS: readonly Call[] = [];
/** Unit metering: bytes that a System API function moves cost as much as in a memory.copy: one step for 2^6. */
const BYTES_PER_STEP_SHIFT = 6;
/** What takes several copies of each byte. */
const STRAIN_BYTES_PER_STEP = 8;
/** What production charges for a page of stable memory, the first time that an execution writes to it (ic-semantics 9). */
const DIRTY_PAGE_INSTRUCTIONS = 1_000;
const STABLE_PAGE_SHIFT = 12;

/** What production calls the system tasks. */
const TASKS: Readonly<Record<string, string>> = {
    timer: 'global timer',
    heartbeat: 'heartbeat',
    hook: 'on low Wasm memory'
};

/**
 * Set up by whoever starts an execution (`enter`, then the fields that its context has), read and filled by `ic0/*`.
 */
export class Frame {
    readonly subnet: Subnet;
    /** Names of methods that were called. */
    readonly methodNames = new ByIdentity<string>();
    /** One bit of `MODES`. */
    mode = 0;
    canister!: Canister;
    instance!: CanisterInstance;
    /** What executes; undefined in queries, which are not messages. */
    message: Message | undefined = undefined;
    /** Undefined outside of calls: installation, queries, inspection. */
    context: CallContext | undefined = undefined;
    /** Composite queries: their stable memory, which is dropped in the end. */
    stableOverlay: StableMemory | undefined = undefined;
    /** Composite queries: calls that wait to be evaluated hold queue slots too. */
    waiting: readonly Call[] = NO_CALLS;
    caller: Uint8Array = NO_BYTES;
    /** Of the user who made a query or offers a call; messages carry their own, see `infoOf` in `ic0/arguments.ts`. */
    callerInfo: CallerInfo | undefined = undefined;
    /** Call argument; reply bytes in a reply callback. */
    arg: Uint8Array = NO_BYTES;
    /** inspect_message. */
    methodName: Uint8Array = NO_BYTES;
    accepted = false;
    /** Non-replicated queries of the canister that the user asked: what proves its certified data. */
    certificate: Uint8Array | undefined = undefined;
    /** 0 in reply callbacks. */
    rejectCode = 0;
    rejectMessage: Uint8Array = NO_BYTES;
    refund = 0n;

    /** A response may still be given. */
    canRespond = false;
    replyBytesMax = 0;
    readonly reply = new ByteBuffer();
    response: Answer | undefined = undefined;

    outgoing: OutgoingCall | undefined = undefined;
    performed: Call[] = [];
    /** Bytes that the performed calls carry. */
    performedBytes = 0;
    cyclesAccepted = 0n;
    cyclesBurned = 0n;
    timerSet = false;

    /** Journal position at which the execution started. */
    savepoint = 0;
    /** Whether the instance counts instructions: then it counts those of System API functions too. */
    exact = false;
    /** Steps of this execution, known when it ended. */
    steps = 0;
    /** The same in unit steps, instructions divided: what budgets of several executions are counted in. */
    work = 0;
    /**
     * Unit metering: the part of it that System API functions were charged. Wasm counts its own part, and the limit holds
     * for each: otherwise a loop that prints, copies or journals for ever would end long after the memory of this machine.
     */
    hostSteps = 0;
    hostStepsMax = 0;
    /** See `strain`. */
    #strain = 0;
    /** Pages of stable memory that this execution wrote to; kept where instructions are counted. */
    readonly #dirtyPages = new Set<number>();

    constructor(subnet: Subnet) {
        this.subnet = subnet;
    }

    /** Prepares a new execution; the rest of what it can see is set by the caller. */
    enter(mode: number, canister: Canister, instance: CanisterInstance, caller: Uint8Array, arg: Uint8Array): void {
        this.mode = mode;
        this.canister = canister;
        this.instance = instance;
        this.message = undefined;
        this.context = undefined;
        this.stableOverlay = undefined;
        this.waiting = NO_CALLS;
        this.caller = caller;
        this.callerInfo = undefined;
        this.arg = arg;
        this.methodName = NO_BYTES;
        this.accepted = false;
        this.certificate = undefined;
        this.rejectCode = 0;
        this.rejectMessage = NO_BYTES;
        this.refund = 0n;
        this.canRespond = false;
        this.replyBytesMax = this.subnet.limits.replyBytesMax;
        this.clearEffects();
    }

    /** Stable memory as this execution sees it. */
    get stable(): StableMemory {
        return this.stableOverlay ?? this.canister.stable;
    }

    /** Forgets everything that the execution wanted to do. */
    clearEffects(): void {
        this.reply.clear();
        this.response = undefined;
        this.outgoing = undefined;
        if (this.performed.length > 0) {
            this.performed = [];
            this.performedBytes = 0;
        }
        this.cyclesAccepted = 0n;
        this.cyclesBurned = 0n;
        this.timerSet = false;
    }

    /** An execution begins that may take `stepsMax` steps. */
    begin(stepsMax: number): void {
        this.exact = this.instance.module.metering === 'instructions';
        this.steps = 0;
        this.work = 0;
        this.hostSteps = 0;
        this.hostStepsMax = stepsMax;
        this.#strain = 0;
        if (this.#dirtyPages.size > 0) {
            this.#dirtyPages.clear();
        }
        this.instance.begin(stepsMax);
    }

    /** Counts steps of work that the host does for the canister. Throws at the instruction limit. */
    charge(steps: number): void {
        if (this.exact) {
            this.instance.spend(steps);
            return;
        }
        this.hostSteps += steps;
        if (this.hostSteps > this.hostStepsMax) {
            throw new WasmTrapError('instruction limit');
        }
    }

    /**
     * Counts work that costs this machine far more than it costs on the IC: nothing that a canister can see, but loops for
     * ever end by it within seconds. `steps` are unit steps. Throws at the instruction limit.
     */
    strain(steps: number): void {
        this.#strain += this.exact ? steps * INSTRUCTIONS_PER_STEP : steps;
        if (this.#strain > this.hostStepsMax) {
            throw new WasmTrapError('instruction limit');
        }
    }

    /** The same for bytes that are copied piece by piece. */
    strainBytes(bytes: number): void {
        this.strain(bytes / STRAIN_BYTES_PER_STEP);
    }

    /** `charge` for bytes that are read, written or copied. */
    chargeBytes(bytes: number): void {
        this.charge(this.exact ? bytes : Math.floor(bytes / (1 << BYTES_PER_STEP_SHIFT)));
    }

    /** Charges a write to stable memory: its bytes, and the pages that it is the first to write to. */
    chargeStableWrite(offset: number, size: number): void {
        this.chargeBytes(size);
        if (!this.exact || size === 0) {
            return;
        }
        const before = this.#dirtyPages.size;
        const last = Math.floor((offset + size - 1) / (1 << STABLE_PAGE_SHIFT));
        for (let page = Math.floor(offset / (1 << STABLE_PAGE_SHIFT)); page <= last; page++) {
            this.#dirtyPages.add(page);
        }
        this.charge((this.#dirtyPages.size - before) * DIRTY_PAGE_INSTRUCTIONS);
    }

    /** Steps so far, of an execution that runs. */
    stepsUsed(): number {
        return this.instance.stepsUsed() + this.hostSteps;
    }

    /** Charges a call of a System API function, `steps`. Throws when it may not be called in this context. */
    require(contexts: number, name: string, steps: number): void {
        if (this.exact) {
            this.instance.spend(steps);
        } else if ((this.hostSteps += steps) > this.hostStepsMax) {
            throw new WasmTrapError('instruction limit');
        }
        if ((this.mode & contexts) === 0) {
            throw wrongMode(`ic0_${name}`, TASKS[this.message?.kind ?? ''] ?? modeName(this.mode));
        }
    }

    /** Heap bytes, with the IC's text when they are out of bounds. `what` is e.g. `ic0.msg_reject`. */
    read(what: string, source: number, size: number): Uint8Array {
        const heapBytes = this.instance.heapBytes();
        if (source + size > heapBytes) {
            throw sliceError(what, source, size, heapBytes);
        }
        this.chargeBytes(size);
        return this.instance.read(source, size);
    }

    /** `ic0.*_copy`: writes a part of `blob` to the heap. `part` names the blob in error texts. */
    copy(name: string, part: string, blob: Uint8Array, target: number, offset: number, size: number): void {
        this.#checkHeap(name, target, size);
        if (offset + size > blob.length) {
            throw sliceError(`ic0.${name} ${part}`, offset, size, blob.length);
        }
        this.chargeBytes(size);
        this.instance.write(target, offset === 0 && size === blob.length ? blob : blob.subarray(offset, offset + size));
    }

    /** Writes an unsigned 128-bit number, little-endian. */
    write128(name: string, target: number, value: bigint): void {
        this.#checkHeap(name, target, 16);
        const bytes = new Uint8Array(16);
        const view = new DataView(bytes.buffer);
        view.setBigUint64(0, BigInt.asUintN(64, value), true);
        view.setBigUint64(8, value >> 64n, true);
        this.instance.write(target, bytes);
    }

    // Both are unsigned and at most 2^64, so the sum is exact enough to be compared with a heap size.
    #checkHeap(name: string, target: number, size: number): void {
        const heapBytes = this.instance.heapBytes();
        if (target + size > heapBytes) {
            throw sliceError(`ic0.${name} heap`, target, size, heapBytes);
        }
    }
}

function sliceError(what: string, source: number, size: number, length: number): Error {
    return contractViolation(`${what}: src=${source} + length=${size} exceeds the slice size=${length}`);
}
