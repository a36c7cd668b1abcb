/**
 * Composite queries: query methods that may query other canisters of the subnet (IC interface specification, "Query
 * call"; production's query call graph). Calls that an execution made are evaluated after it, one after the other, first
 * in, first out, each followed by its callback on the caller's own, uncommitted state. The first answer ends the query
 * and everything that it still waits for. Each canister that is called is seen as it was committed, also one that is
 * further up in the same call graph. Nothing that any of them changes is kept.
 */
import { rejectOf } from './calls.ts';
import { bothFailed } from './callbacks.ts';
import { CallContext, type Canister, type Code } from './canister.ts';
import { INSTRUCTIONS_QUERY } from './fees.ts';
import { importsOf } from './ic0/index.ts';
import { queryManagement } from './management/execute.ts';
import { Message, type Call, type Callback } from './message.ts';
import { MODES } from './modes.ts';
import { MANAGEMENT_INDEX, type Address } from './principal.ts';
import {
    canisterNotFound,
    didNotProduce,
    forCanister,
    frozenForQueries,
    methodNotFound,
    noRoute,
    notRunning,
    noWasmModule,
    systemReject,
    type Answer,
    type RejectAnswer
} from './rejects.ts';
import { discard, runClosure, runExport, type Bound } from './run.ts';
import { noteHeapLimit } from './limit-notes.ts';
import type { StableMemory } from './stable.ts';
import type { Subnet } from './subnet.ts';
import type { CanisterTrap } from './traps.ts';
import type { CallerInfo } from './user-call.ts';
import type { CanisterInstance } from './wasm/contract.ts';

/** Nested calls (production: 6). */
const DEPTH_MAX = 6;
/** What each call adds to the instructions of the whole graph: production takes 50 million of 5 billion. */
const CALLS_MAX = 100;
const NO_BYTES = new Uint8Array(0);
const encoder = new TextEncoder();
/** A query is no message, but call contexts have an origin. */
const NO_MESSAGE = new Message(-1, 'ingress', undefined, 0, 'query', -1, -1);

/** A query that the user or a composite query makes. */
export interface QueryRequest {
    readonly sender: Uint8Array;
    readonly address: Address;
    readonly method: string;
    readonly arg: Uint8Array;
}

type Installed = Canister & { readonly code: Code; readonly instance: CanisterInstance };

/** A composite query that waits for answers. */
interface Waiting {
    readonly canister: Installed;
    readonly context: CallContext;
    readonly stable: StableMemory;
    /** The canister's own instance, with the uncommitted state in it; a copy once somebody else needed that one. */
    instance: CanisterInstance;
    /** Where the canister's own instance comes back to; undefined when it was given back. */
    height: number | undefined;
    /** Calls that were not evaluated yet. */
    calls: Call[];
}

/** What a composite query is told: of an error its text alone, without the error code in front that updates see. */
function textInQuery({ reject, textForCanister }: RejectAnswer): string {
    const { errorCode, message } = reject;
    const isError = errorCode !== undefined && textForCanister === forCanister(errorCode, message);
    return isError ? message : textForCanister;
}

/** One query of a user with all queries that come of it. Ends with `finish`, whatever happens. */
export class QueryGraph {
    readonly #subnet: Subnet;
    readonly #watching: boolean;
    readonly #certificate: Uint8Array | undefined;
    readonly #target: Address;
    readonly #savepoint: number;
    /** Composite queries that wait, outermost first. */
    readonly #waiting: Waiting[] = [];
    /** Of the user; what a canister asks further down has none. */
    callerInfo: CallerInfo | undefined = undefined;
    #stepsLeft: number;
    /** Why the whole graph ended. */
    #stopped: RejectAnswer | undefined = undefined;

    /** `watching`: asked by whoever watches a canister, and answered whether it runs and can pay or not. */
    constructor(subnet: Subnet, target: Address, certificate: Uint8Array | undefined, watching = false) {
        this.#watching = watching;
        this.#subnet = subnet;
        this.#target = target;
        this.#certificate = certificate;
        this.#savepoint = subnet.journal.savepoint();
        this.#stepsLeft = subnet.limits.steps.query;
    }

    /** Undoes what is left of the executions. */
    finish(): void {
        while (this.#waiting.length > 0) {
            this.#leave();
        }
        this.#subnet.journal.undoTo(this.#savepoint);
    }

    /** Runs a query method, composite or not, and everything that it waits for. */
    run(request: QueryRequest): Answer {
        const { address, method } = request;
        const { canister, text } = address;
        if (address.index === MANAGEMENT_INDEX) {
            const { sender, arg } = request;
            return queryManagement(this.#subnet, { sender, method, arg, within: this.#waiting[0]?.canister.home });
        }
        if (canister === undefined) {
            return this.#subnet.homes.of(address.bytes) === undefined ? noRoute(text) : canisterNotFound(text);
        }
        const first = this.#waiting[0]?.canister ?? canister;
        if (first.home !== canister.home) {
            // A query runs on one node, which has the canisters of its subnet only.
            return canisterNotFound(text);
        }
        const { code, instance } = canister;
        if (canister.status !== 'running' && !this.#watching) {
            return notRunning(text, canister.status);
        }
        if (code === undefined || instance === undefined) {
            return noWasmModule(text);
        }
        const found = code.methods.get(method);
        if (found === undefined || found.kind === 'update') {
            return methodNotFound(text, 'query', method);
        }
        if (!this.#watching && canister.balance < canister.home.fees.freezingLimit(canister)) {
            return frozenForQueries(text);
        }
        this.#giveBack(canister);
        return found.kind === 'query'
            ? this.#plain(request, canister as Installed, found.exportName)
            : this.#composite(request, canister as Installed, found.exportName);
    }

    #plain({ sender, arg }: QueryRequest, canister: Installed, exportName: string): Answer {
        const { frame } = this.#subnet;
        frame.enter(MODES.NRQ, canister, canister.instance, sender, arg);
        frame.callerInfo = this.#waiting.length === 0 ? this.callerInfo : undefined;
        this.#answerable(canister);
        const trap = this.#called(runExport(this.#subnet, exportName, this.#bound()));
        if (trap !== undefined) {
            return rejectOf(trap, canister);
        }
        discard(this.#subnet);
        return frame.response ?? didNotProduce(canister.address.text);
    }

    #composite({ sender, arg }: QueryRequest, canister: Installed, exportName: string): Answer {
        const { frame } = this.#subnet;
        const { instance } = canister;
        const stable = canister.stable.overlay();
        const context = new CallContext(canister, NO_MESSAGE, sender, true, 0n);
        frame.enter(MODES.CQ, canister, instance, sender, arg);
        frame.callerInfo = this.#waiting.length === 0 ? this.callerInfo : undefined;
        frame.context = context;
        frame.stableOverlay = stable;
        this.#answerable(canister);
        const trap = this.#called(runExport(this.#subnet, exportName, this.#bound()));
        context.steps += frame.steps;
        if (trap !== undefined) {
            return rejectOf(trap, canister);
        }
        if (frame.response !== undefined) {
            discard(this.#subnet);
            return frame.response;
        }
        const height = instance.undoHeight();
        const query: Waiting = { canister, context, stable, instance, height, calls: [] };
        this.#waiting.push(query);
        this.#commit(query);
        const answer = this.#evaluate(query);
        this.#leave();
        return answer;
    }

    /** Evaluates the calls of a waiting query until it answers, or has nothing left to wait for. */
    #evaluate(query: Waiting): Answer {
        const stopped = this.#limitReached();
        if (stopped !== undefined) {
            return stopped;
        }
        for (;;) {
            const call = query.calls.shift();
            if (call === undefined) {
                return didNotProduce(query.canister.address.text);
            }
            const { sender, callee: address, method, arg } = call;
            const response = this.run({ sender, address, method, arg });
            const over = this.#stopped ?? this.#limitReached();
            if (over !== undefined) {
                return over;
            }
            const answer = this.#callback(query, call.callback as Callback, response) ?? this.#limitReached();
            if (answer !== undefined) {
                return answer;
            }
        }
    }

    /** Runs the callback of an answered call. Returns what the query answers, if it answers now. */
    #callback(query: Waiting, callback: Callback, response: Answer): Answer | undefined {
        const { canister, context } = query;
        const { frame } = this.#subnet;
        const reply = response.kind === 'reply';
        context.outstanding--;
        this.#enter(query, reply ? MODES.CRy : MODES.CRt, response);
        frame.canRespond = true;
        frame.replyBytesMax = this.#subnet.limits.queryReplyBytesMax;
        const closure = reply ? callback.reply : callback.reject;
        const trap = this.#ran(runClosure(this.#subnet, closure, this.#bound()));
        context.steps += frame.steps;
        if (trap !== undefined) {
            // As everywhere, a trap is forgotten while others may still answer.
            const error = this.#cleanUp(query, callback, response, trap);
            return context.outstanding === 0 ? error : undefined;
        }
        const given = frame.response;
        this.#commit(query);
        return given ?? (context.outstanding === 0 ? didNotProduce(canister.address.text) : undefined);
    }

    #cleanUp(query: Waiting, { cleanup }: Callback, response: Answer, trap: CanisterTrap): RejectAnswer {
        const error = rejectOf(trap, query.canister);
        if (cleanup === undefined) {
            return error;
        }
        this.#enter(query, MODES.CC, response);
        const cleanupTrap = this.#ran(runClosure(this.#subnet, cleanup, this.#bound()));
        query.context.steps += this.#subnet.frame.steps;
        if (cleanupTrap !== undefined) {
            return bothFailed(error, cleanupTrap, query.canister);
        }
        this.#commit(query);
        return error;
    }

    #enter(query: Waiting, mode: number, response: Answer): void {
        const { canister, context, instance, stable, calls } = query;
        const { frame } = this.#subnet;
        const arg = response.kind === 'reply' && mode === MODES.CRy ? response.reply : NO_BYTES;
        frame.enter(mode, canister, instance, context.caller, arg);
        frame.callerInfo = query === this.#waiting[0] ? this.callerInfo : undefined;
        frame.context = context;
        frame.stableOverlay = stable;
        frame.waiting = calls;
        if (response.kind === 'reject') {
            frame.rejectCode = response.reject.code;
            frame.rejectMessage = encoder.encode(textInQuery(response));
        }
    }

    /** What a query method, unlike a callback, has. */
    #answerable(canister: Canister): void {
        const { frame, limits } = this.#subnet;
        frame.certificate = canister.address === this.#target ? this.#certificate : undefined;
        frame.canRespond = true;
        frame.replyBytesMax = limits.queryReplyBytesMax;
    }

    /** Keeps memory until the query ends, and takes the calls that the execution made. */
    #commit(query: Waiting): void {
        const { frame } = this.#subnet;
        noteHeapLimit(this.#subnet);
        try {
            query.instance.commit();
        } catch (error) {
            query.instance.abort();
            throw error;
        }
        const { performed } = frame;
        query.calls.push(...performed);
        query.context.outstanding += performed.length;
    }

    /** A canister that waits further up is called: its committed state comes back, and the waiting query gets a copy of its own. */
    #giveBack(canister: Canister): void {
        const holder = this.#waiting.find((query) => query.canister === canister && query.height !== undefined);
        if (holder !== undefined) {
            const { heapBytesMax, callDepthMax } = this.#subnet.limits;
            const { prepared } = holder.canister.code;
            const original = holder.instance;
            const imports = importsOf(prepared, this.#subnet.frame);
            holder.instance = prepared.copy(imports, { heapBytesMax, callDepthMax }, original);
            original.undoTo(holder.height as number);
            holder.height = undefined;
        }
    }

    #leave(): void {
        const query = this.#waiting.pop();
        if (query?.height !== undefined) {
            query.instance.undoTo(query.height);
        }
    }

    #bound(): Bound {
        return { steps: Math.max(0, Math.floor(this.#stepsLeft)), instructions: INSTRUCTIONS_QUERY };
    }

    /** Counts the execution of a method. Those that a query called cost something extra. */
    #called(trap: CanisterTrap | undefined): CanisterTrap | undefined {
        if (this.#waiting.length > 0) {
            this.#stepsLeft -= this.#subnet.limits.steps.query / CALLS_MAX;
        }
        return this.#ran(trap);
    }

    #ran(trap: CanisterTrap | undefined): CanisterTrap | undefined {
        this.#stepsLeft -= this.#subnet.frame.work;
        return trap;
    }

    #limitReached(): RejectAnswer | undefined {
        if (this.#waiting.length > DEPTH_MAX) {
            this.#stopped = systemReject('IC0525', 'Composite query calls exceeded the maximum call depth.');
        } else if (this.#stepsLeft <= 0) {
            this.#stopped = systemReject('IC0526', 'Composite query calls exceeded the instruction limit.');
        }
        return this.#stopped;
    }
}
