/**
 * A controlled backend in pure TypeScript, as an independent oracle of legality and of counts: actors with the message
 * structure of the real canisters, the ordering rules of the IC interface specification ("Message execution") in their
 * shortest form, and a state that is never changed in place, so that marks are references.
 */
import { createHash } from 'node:crypto';
import { Principal } from '@dfinity/principal';
import type { ControlledBackend, Mark } from '../../backend/port.ts';
import type {
    CallResult, MessageDescription, MessageKind, Outcome, PendingMessage, Reject, RejectCode, RootCall
} from '../../trace/types.ts';
import { decodeToy, encodeToy } from './toy-candid.ts';
import { describeToy } from './toy-describe.ts';
import { toyFaults } from './toy-faults.ts';
import { iterationOf } from './toy-order.ts';
import { ToyTrap } from './toy-types.ts';
import type { Context, Request, Segment, Timer, ToyActor, World } from './toy-types.ts';

export class ToyBackend implements ControlledBackend {
    readonly canisters: readonly string[];
    /** How many messages were executed since the backend exists: shared prefixes execute once. */
    executions = 0;
    queries = 0;
    readonly faults = toyFaults(this);
    readonly #actors: readonly ToyActor[];
    readonly #interned = new Map<string, PendingMessage>();
    readonly #enabled = new WeakMap<World, readonly PendingMessage[]>();
    #world: World;
    #marks: World[] = [];
    #version = 0;

    constructor(actors: Readonly<Record<string, ToyActor>>) {
        this.canisters = Object.keys(actors);
        this.#actors = Object.values(actors);
        this.#world = {
            states: this.#actors.map(actor => Object.freeze({ ...actor.initial })),
            versions: this.#actors.map(() => this.#version++),
            pending: [],
            waiting: [],
            open: [],
            results: new Map(),
            timers: this.#actors.map(() => undefined),
            timeNs: 0n,
            iteration: []
        };
    }

    principalOf(role: string): string {
        return Principal.fromUint8Array(
            Uint8Array.of(0, 0, 0, 0, 0, 0, 0, this.canisters.indexOf(role), 1, 1)
        ).toText();
    }

    actorPrincipal(actor: string): string {
        return Principal.fromUint8Array(createHash('sha224').update(actor).digest()).toText();
    }

    submit(call: RootCall, root: number): PendingMessage {
        const canister = this.canisters.indexOf(call.canister);
        const message = this.#intern('ingress', call.label, canister, root);
        this.#world = {
            ...this.#world,
            pending: [...this.#world.pending, { kind: 'ingress', message, call, path: call.label }]
        };
        return message;
    }

    enabled(): readonly PendingMessage[] {
        let enabled = this.#enabled.get(this.#world);
        if (enabled === undefined) this.#enabled.set(this.#world, (enabled = this.#enabledIn(this.#world)));
        return enabled;
    }

    #enabledIn({ pending, timers, timeNs }: World): readonly PendingMessage[] {
        const heads = new Set<string>();
        const enabled = pending.filter(each => {
            if (each.kind !== 'request') return true;
            const pair = `${each.caller}>${each.callee}`;
            return !heads.has(pair) && heads.add(pair) !== undefined;
        });
        const due = timers.flatMap((timer, canister) => {
            if (timer === undefined || timer.at > timeNs) return [];
            return [this.#intern('timer', timer.path, canister, timer.root)];
        });
        return [...enabled.map(each => each.message), ...due];
    }

    nextInRound(): PendingMessage | undefined {
        const enabled = this.enabled();
        if (enabled.length > 0 && !this.#world.iteration.some(each => enabled.includes(each)))
            this.#world = { ...this.#world, iteration: iterationOf([...enabled, ...this.inFlight()]) };
        return this.#world.iteration.find(each => enabled.includes(each));
    }

    execute(message: PendingMessage): Outcome {
        if (!this.enabled().includes(message)) throw new Error(`not enabled: ${this.describe(message).path}`);
        this.executions++;
        if (message.kind === 'timer') return this.#fire(message);
        const pending = this.#world.pending.find(each => each.message === message)!;
        this.#world = { ...this.#world, pending: this.#world.pending.filter(each => each !== pending) };
        if (pending.kind === 'response') {
            const { request, result } = pending;
            this.#world = { ...this.#world, waiting: this.#world.waiting.filter(each => each !== request) };
            return this.#run(request.context, pending.path, segment => request.then(segment, result));
        }
        const [{ canister, root }, { path }] = [message, pending];
        const opened =
            pending.kind === 'ingress'
                ? { caller: this.actorPrincipal(pending.call.actor), method: pending.call.method, request: undefined }
                : {
                      caller: this.principalOf(this.canisters[pending.caller]!),
                      method: pending.method,
                      request: pending
                  };
        const context: Context = { canister, root, path, ...opened };
        this.#world = { ...this.#world, open: [...this.#world.open, context] };
        const arg = pending.kind === 'ingress' ? pending.call.arg : pending.arg;
        return this.#run(context, path, this.#body(context, arg));
    }

    reject(message: PendingMessage, code: RejectCode, text: string): Outcome {
        const pending = this.#world.pending.find(each => each.message === message);
        if (pending?.kind !== 'request') throw new Error('only an undelivered request may be rejected');
        if (code === 6) throw new Error('a request is not rejected with SYS_UNKNOWN');
        this.#world = { ...this.#world, pending: this.#world.pending.filter(each => each !== pending) };
        // Whoever was told SYS_UNKNOWN is told nothing more.
        if (this.#world.waiting.includes(pending)) this.#respond(pending, { kind: 'reject', code, message: text });
        return refused({ code, message: text });
    }

    expirable(): readonly PendingMessage[] {
        return this.#world.waiting.filter(each => each.bestEffort).map(each => each.message);
    }

    expire(message: PendingMessage, queued: 'dropped' | 'delivered-later'): Outcome {
        const request = this.#world.waiting.find(each => each.message === message && each.bestEffort);
        if (request === undefined) throw new Error('not a bounded-wait call whose caller waits');
        this.#world = {
            ...this.#world,
            pending: this.#world.pending.filter(
                each =>
                    (each.kind !== 'response' || each.request !== request) && (queued !== 'dropped' || each !== request)
            )
        };
        this.#respond(request, { kind: 'reject', code: 6, message: 'expired' });
        // Whatever the callee answers later is dropped.
        this.#world = { ...this.#world, waiting: this.#world.waiting.filter(each => each !== request) };
        return refused({ code: 6, message: 'expired' });
    }

    query(role: string, method: string, arg: Uint8Array): CallResult {
        this.queries++;
        const canister = this.canisters.indexOf(role);
        const context: Context = { canister, caller: '2vxsx-fae', method, root: -1, request: undefined, path: 'query' };
        let result: CallResult | undefined;
        const before = this.#world;
        try {
            const segment = this.#segment(
                context,
                'query',
                { ...before.states[canister] },
                [],
                [],
                given => (result = given),
                () => undefined
            );
            this.#body(context, arg)(segment);
        } catch (cause) {
            result = { kind: 'reject', code: 5, message: String((cause as Error).message), errorCode: 'IC0503' };
        }
        this.#world = before;
        return result ?? { kind: 'reject', code: 5, message: 'did not reply', errorCode: 'IC0506' };
    }

    result(root: number): CallResult | undefined {
        return this.#world.results.get(root);
    }

    inFlight(): readonly PendingMessage[] {
        return this.#world.pending.filter(each => each.kind !== 'ingress').map(each => each.message);
    }

    quiescent(): boolean {
        return this.#world.pending.length === 0 && this.#world.open.length === 0 && this.enabled().length === 0;
    }

    describe(message: PendingMessage): MessageDescription {
        return describeToy(this.#world, this.canisters, message);
    }

    stateVersion(canister: number): number {
        return this.#world.versions[canister]!;
    }

    timeNs(): bigint {
        return this.#world.timeNs;
    }

    nextTimerNs(): bigint | undefined {
        const later = this.#world.timers.flatMap(timer =>
            timer !== undefined && timer.at > this.#world.timeNs ? [timer.at] : []
        );
        return later.length === 0 ? undefined : later.reduce((one, other) => (one < other ? one : other));
    }

    advanceTimeTo(timeNs: bigint): readonly number[] {
        this.#world = { ...this.#world, timeNs };
        return [];
    }

    mark(): Mark {
        return this.#marks.push(this.#world) - 1;
    }

    rollback(mark: Mark): void {
        const world = this.#marks[mark];
        if (world === undefined) throw new Error(`mark ${mark} is dead`);
        this.#marks.length = mark + 1;
        this.#world = world;
    }

    digest(): string {
        const { states, pending, open, results, timers, timeNs } = this.#world;
        const text = JSON.stringify(
            [
                states,
                pending.map(each => each.path),
                open.map(each => each.path),
                [...results],
                timers.map(each => each?.path),
                timeNs
            ],
            (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)
        );
        return createHash('sha256').update(text).digest('hex');
    }

    #fire(message: PendingMessage): Outcome {
        const { canister } = message;
        const timer = this.#world.timers[canister]!;
        const context: Context = {
            canister,
            caller: 'aaaaa-aa',
            method: '',
            root: timer.root,
            request: undefined,
            path: timer.path
        };
        this.#world = {
            ...this.#world,
            timers: this.#world.timers.with(canister, undefined),
            open: [...this.#world.open, context]
        };
        const outcome = this.#run(context, timer.path, timer.run);
        this.#close(context);
        return { ...outcome, answeredRoot: false };
    }

    #body(context: Context, arg: Uint8Array): (segment: Segment) => void {
        const method = this.#actors[context.canister]!.methods[context.method];
        if (method === undefined)
            return () => {
                throw new ToyTrap(`no method ${context.method}`);
            };
        return segment => method.run(segment, ...decodeToy(method.type.argTypes, arg));
    }

    /** Runs one segment: all of it counts, or nothing. */
    #run(context: Context, path: string, body: (segment: Segment) => void): Outcome {
        const before = this.#world;
        const { canister } = context;
        const state = { ...before.states[canister] };
        const requests: Request[] = [];
        const prints: string[] = [];
        let answer: CallResult | undefined;
        let timer: Timer | undefined;
        let trap: Reject | undefined;
        try {
            body(
                this.#segment(
                    context,
                    path,
                    state,
                    requests,
                    prints,
                    given => (answer = given),
                    set => (timer = set)
                )
            );
            this.#world = {
                ...before,
                states: before.states.with(canister, Object.freeze(state)),
                versions: before.versions.with(canister, ++this.#version),
                pending: [...before.pending, ...requests],
                waiting: [...before.waiting, ...requests],
                timers: timer === undefined ? before.timers : before.timers.with(canister, timer)
            };
        } catch (cause) {
            if (!(cause instanceof ToyTrap)) throw cause;
            trap = { code: 5, message: cause.message, errorCode: 'IC0503' };
            requests.length = 0;
            const waits = before.waiting.some(each => each.context === context);
            if (!waits) answer = { kind: 'reject', ...trap };
        }
        const answeredRoot = answer !== undefined && this.#answer(context, answer);
        return {
            status: trap === undefined ? 'committed' : 'trapped',
            cleanup: 'none',
            sent: requests.map(each => each.message),
            answeredRoot,
            prints,
            steps: 1,
            ...(trap === undefined ? {} : { error: trap })
        };
    }

    /** Answers a call context; true when it was a root call's. */
    #answer(context: Context, result: CallResult): boolean {
        this.#close(context);
        if (context.request !== undefined) {
            if (this.#world.waiting.includes(context.request)) this.#respond(context.request, result);
            return false;
        }
        this.#world = { ...this.#world, results: new Map([...this.#world.results, [context.root, result]]) };
        return true;
    }

    #close(context: Context): void {
        this.#world = { ...this.#world, open: this.#world.open.filter(each => each !== context) };
    }

    #respond(request: Request, result: CallResult): void {
        const path = `${request.path}/r`;
        const message = this.#intern('response', path, request.caller, request.message.root);
        this.#world = {
            ...this.#world,
            pending: [...this.#world.pending, { kind: 'response', message, path, request, result }]
        };
    }

    #segment(
        context: Context,
        path: string,
        state: Record<string, unknown>,
        requests: Request[],
        prints: string[],
        answer: (result: CallResult) => void,
        arm: (timer: Timer) => void
    ): Segment {
        const { canister, root } = context;
        const method = this.#actors[canister]!.methods[context.method];
        return {
            state,
            caller: context.caller,
            timeNs: this.#world.timeNs,
            call: (role, name, args, then, bestEffort = false) => {
                const callee = this.canisters.indexOf(role);
                const type = this.#actors[callee]!.methods[name]?.type;
                const arg = encodeToy(type?.argTypes ?? [], args);
                const requestPath = `${path}/${requests.length}`;
                const message = this.#intern('request', requestPath, callee, root);
                requests.push({
                    kind: 'request',
                    message,
                    path: requestPath,
                    caller: canister,
                    callee,
                    method: name,
                    arg,
                    context,
                    then,
                    bestEffort
                });
            },
            reply: (...values) => answer({ kind: 'reply', reply: encodeToy(method!.type.retTypes, values) }),
            reject: message => answer({ kind: 'reject', code: 4, message }),
            print: line => {
                prints.push(line);
            },
            setTimer: (delayNs, run) => arm({ at: this.#world.timeNs + delayNs, path: `${path}/t`, root, run })
        };
    }

    /** Interned by everything that does not change while a path means the same. */
    #intern(kind: MessageKind, path: string, canister: number, root: number): PendingMessage {
        const name = `${path} ${canister} ${root}`;
        let message = this.#interned.get(name);
        if (message === undefined)
            this.#interned.set(name, (message = { key: this.#interned.size, kind, canister, root }));
        return message;
    }
}

function refused(error: Reject): Outcome {
    return { status: 'refused', cleanup: 'none', sent: [], answeredRoot: false, prints: [], steps: 0, error };
}
