/**
 * Runs Wasm atomically. After a trap nothing that the execution did is left: heap, globals and stable memory, calls it
 * made, reply, cycles accepted or burned, certified data, timer (IC interface specification, "Message execution").
 */
import type { Frame } from './frame.ts';
import { InternalReplicaError } from './errors.ts';
import type { Closure } from './message.ts';
import { MODES, REPLICATED } from './modes.ts';
import { updateLowMemory } from './low-memory.ts';
import { noteCallDepth, noteHeapLimit, noteThreadStack } from './limit-notes.ts';
import { INSTRUCTIONS_PER_STEP } from './options.ts';
import { noteLog, noteSent } from './outcome.ts';
import type { Subnet } from './subnet.ts';
import { syncTimer } from './timers.ts';
import { engineTrap, exhaustedTrap, injectedTrap, noSuchFunction, trapped, type CanisterTrap } from './traps.ts';
import type { Metering } from './wasm/contract.ts';

/**
 * What bounds an execution: the tool's steps, and the IC's instructions, which hold where these are counted and stand in
 * error texts.
 */
export interface Bound {
    readonly steps: number;
    readonly instructions: number;
    /** Steps or instructions, as they are counted, that are used up already. */
    readonly used?: number;
}

/** How many steps, or instructions, an execution may take. */
function limitOf({ steps, instructions, used = 0 }: Bound, metering: Metering): number {
    const limit = metering === 'unit' ? steps : Math.min(instructions, steps * INSTRUCTIONS_PER_STEP);
    return Math.max(0, limit - used);
}

/**
 * Runs an exported function in the current frame. Returns the trap that ended it, with every effect undone. Otherwise
 * the caller decides with `keep` or `discard`.
 */
export function runExport(subnet: Subnet, name: string, bound: Bound): CanisterTrap | undefined {
    const { frame } = subnet;
    const { instance } = start(subnet, bound);
    try {
        strikeStart(subnet);
        instance.call(name);
    } catch (error) {
        return failed(subnet, error, bound, undefined);
    }
    ended(frame);
    return subnet.trapsAt === undefined ? undefined : exhausted(subnet, bound);
}

/** The same for a callback: table entry `fun` with `env`. */
export function runClosure(subnet: Subnet, closure: Closure, bound: Bound): CanisterTrap | undefined {
    const { frame } = subnet;
    const { instance } = start(subnet, bound);
    try {
        strikeStart(subnet);
        instance.callTable(closure.fun, closure.env);
    } catch (error) {
        return failed(subnet, error, bound, closure);
    }
    ended(frame);
    return subnet.trapsAt === undefined ? undefined : exhausted(subnet, bound);
}

/**
 * Runs the start function and then `name`, if there is one, as one execution of a new instance; the frame is that of
 * `name`.
 */
export function runInstall(subnet: Subnet, name: string | undefined, bound: Bound): CanisterTrap | undefined {
    const { frame } = subnet;
    const { instance } = start(subnet, bound);
    const { mode } = frame;
    try {
        frame.mode = MODES.s;
        instance.start();
        frame.mode = mode;
        if (name !== undefined) {
            instance.call(name);
        }
    } catch (error) {
        return failed(subnet, error, bound, undefined);
    }
    ended(frame);
    return undefined;
}

/** Makes everything that the execution did permanent: memory, effects, calls. */
export function keep(subnet: Subnet): void {
    const { frame } = subnet;
    const { canister } = frame;
    dropUnperformedCall(frame);
    noteHeapLimit(subnet);
    subnet.commitInstance(frame.instance);
    sendCalls(subnet, frame);
    if (frame.timerSet) {
        const armed = canister.timerNs === 0n ? undefined : frame.message?.timer(subnet, canister.address.index);
        syncTimer(subnet, canister, armed);
    }
    subnet.countChange(canister);
    updateLowMemory(subnet, canister, frame.message);
    subnet.changed(canister);
}

/**
 * Undoes memory and host effects of an execution that returned (queries); response and accepted cycles stay in the
 * frame.
 */
export function discard(subnet: Subnet): void {
    subnet.frame.instance.abort();
    subnet.journal.undoTo(subnet.frame.savepoint);
}

/** The execution returned, and is undone all the same when a fault says that it ran out of instructions. */
function exhausted(subnet: Subnet, bound: Bound): CanisterTrap | undefined {
    const trap = strikeEnd(subnet, bound);
    if (trap !== undefined) {
        discard(subnet);
        subnet.frame.clearEffects();
    }
    return trap;
}

/** The trap that an error thrown out of Wasm stands for; anything else is a bug of ours and is thrown on. */
export function trapOf(error: unknown, bound: Bound, path: string, metering: Metering = 'unit'): CanisterTrap {
    const { code, kind } = error as { code?: unknown; kind?: never };
    if (code === 'replica/canister-trap') {
        return error as CanisterTrap;
    }
    if (code === 'wasm-trap' && kind !== undefined) {
        return engineTrap(kind, bound.instructions, metering, limitOf(bound, metering));
    }
    // A host function ran out of JavaScript stack below deep recursion in Wasm.
    if (isThreadOverflow(error)) {
        return trapped('stack overflow');
    }
    // A limit of ours that says so itself.
    throw code === 'undo-limit' ? error : new InternalReplicaError(path, error);
}

function isThreadOverflow(error: unknown): boolean {
    const { name, message } = (error ?? {}) as { name?: unknown; message?: unknown };
    return name === 'RangeError' && String(message).includes('call stack');
}

function start(subnet: Subnet, bound: Bound): Frame {
    const { frame, journal } = subnet;
    frame.savepoint = journal.savepoint();
    frame.begin(limitOf(bound, frame.instance.module.metering));
    return frame;
}

/** A fault that makes this execution trap before it does anything. The inspection of an ingress message is not what is meant. */
function strikeStart(subnet: Subnet): void {
    const { trapsAt, frame } = subnet;
    if (trapsAt === undefined || trapsAt === 'end' || frame.mode === MODES.F) {
        return;
    }
    // Only this one, or this one and the cleanup after it.
    subnet.trapsAt = trapsAt === 'start-and-cleanup' ? 'start' : undefined;
    throw injectedTrap();
}

/** A fault that makes it run out of instructions, at its very end or where it would trap by itself. */
function strikeEnd(subnet: Subnet, { instructions }: Bound): CanisterTrap | undefined {
    if (subnet.trapsAt !== 'end' || subnet.frame.mode === MODES.F) {
        return undefined;
    }
    subnet.trapsAt = undefined;
    return exhaustedTrap(instructions);
}

function ended(frame: Frame): void {
    frame.steps = frame.stepsUsed();
    frame.work = frame.exact ? Math.ceil(frame.steps / INSTRUCTIONS_PER_STEP) : frame.steps;
    frame.subnet.work += frame.work;
}

function failed(subnet: Subnet, error: unknown, bound: Bound, closure: Closure | undefined): CanisterTrap {
    const { frame } = subnet;
    ended(frame);
    const { kind } = error as { kind?: unknown };
    noteHeapLimit(subnet);
    if (isThreadOverflow(error) || isThreadOverflow((error as Error).cause)) {
        noteThreadStack(subnet);
    } else if (kind === 'stack overflow') {
        noteCallDepth(subnet);
    }
    // Before the error is looked at: should it be a bug of ours, the subnet is still consistent.
    discard(subnet);
    frame.clearEffects();
    const own = trapOf(error, bound, frame.message?.path ?? 'a query', frame.instance.module.metering);
    const trap = strikeEnd(subnet, bound) ?? own;
    logTrap(subnet, trap);
    // A callback that took no step at all was never entered: its table entry is missing or has another type.
    const entry = kind === 'table out of bounds' || kind === 'indirect call';
    return closure !== undefined && entry && frame.steps === 0 ? noSuchFunction(closure.fun) : trap;
}

/** Why a replicated execution trapped is in the canister's log, for who may read it. */
function logTrap(subnet: Subnet, { logText }: CanisterTrap): void {
    const { frame } = subnet;
    if (logText !== undefined && (frame.mode & REPLICATED) !== 0) {
        noteLog(subnet, frame.canister, new TextEncoder().encode(`[TRAP]: ${logText}`));
    }
}

/** A call that was begun but not performed does not exist; its cycles return (`ic0.call_cycles_add`). */
export function dropUnperformedCall(frame: Frame): void {
    const { outgoing } = frame;
    if (outgoing !== undefined) {
        frame.outgoing = undefined;
        frame.subnet.addCycles(frame.canister, outgoing.cycles);
    }
}

function sendCalls(subnet: Subnet, frame: Frame): void {
    const { performed, message, context } = frame;
    if (performed.length === 0 || message === undefined || context === undefined) {
        return;
    }
    const caller = frame.canister.address.index;
    for (let index = 0; index < performed.length; index++) {
        const call = performed[index] as (typeof performed)[number];
        const request = message.request(subnet, index, call.callee.index);
        request.call = call;
        subnet.journal.set(request, 'expired', false);
        subnet.pending.addRequest(request, caller);
        noteSent(subnet, request);
    }
    subnet.journal.keep(context);
    context.outstanding += performed.length;
}
