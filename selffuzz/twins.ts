/** The same acts on two replicas that differ in their memory engine alone: they have to tell the same story. */
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { MANAGEMENT, Replica } from '../harness/replica/index.ts';
import type { CallResult, Execution, Message } from '../harness/replica/index.ts';

const MIB = 2 ** 20;
/** Small, so that runaways end soon; the native stack is never met before the call depth. */
const LIMITS = {
    steps: { message: 20_000, query: 20_000, inspect: 20_000, install: 200_000 },
    heapBytesMax: 16 * MIB,
    stableBytesMax: 16 * MIB,
    callDepthMax: 200,
    callsMax: 50
};
/** The user who creates all canisters and sends all messages. */
const USER = Uint8Array.of(1, 2, 3, 2);
const PROVISIONAL_CREATE = IDL.Record({ amount: IDL.Opt(IDL.Nat) });
const CREATED = IDL.Record({ canister_id: IDL.Principal });
const INSTALL = IDL.Record({
    mode: IDL.Variant({ install: IDL.Null, reinstall: IDL.Null, upgrade: IDL.Null }),
    canister_id: IDL.Principal,
    wasm_module: IDL.Vec(IDL.Nat8),
    arg: IDL.Vec(IDL.Nat8)
});
const CANISTER = IDL.Record({ canister_id: IDL.Principal });
const SETTLE_MAX = 60;

export type InstallMode = 'install' | 'reinstall' | 'upgrade';

/** A replica that writes down everything that can be seen of it. */
export class Twin {
    readonly replica: Replica;
    readonly story: string[] = [];

    constructor(memory: 'fast' | 'reference') {
        const onPrint = (canister: string, line: string): void =>
            this.tell(`print ${canister} ${JSON.stringify(line)}`);
        this.replica = new Replica({ memory, limits: LIMITS, onPrint });
    }

    tell(line: string): void {
        this.story.push(line);
    }

    create(): Uint8Array {
        const result = this.#manage('provisional_create_canister_with_cycles', PROVISIONAL_CREATE, { amount: [] });
        if (result?.kind !== 'reply') {
            throw new Error(`no canister was created: ${result?.message ?? 'no answer'}`);
        }
        const [{ canister_id: id }] = IDL.decode([CREATED], result.reply) as unknown as [{ canister_id: Principal }];
        return id.toUint8Array();
    }

    /** Whether the module was accepted and its initialisation ran through. */
    install(id: Uint8Array, module: Uint8Array, mode: InstallMode = 'install'): boolean {
        const args = {
            mode: { [mode]: null },
            canister_id: Principal.fromUint8Array(id),
            wasm_module: module,
            arg: Uint8Array.of(0x44, 0x49, 0x44, 0x4c, 0, 0)
        };
        return this.#manage('install_code', INSTALL, args)?.kind === 'reply';
    }

    /** A management method that takes a canister id. */
    manage(method: string, id: Uint8Array): void {
        this.#manage(method, CANISTER, { canister_id: Principal.fromUint8Array(id) });
    }

    submit(canisterId: Uint8Array, method: string, arg: Uint8Array): Message {
        return this.replica.submit({ sender: USER, canisterId, method, arg });
    }

    query(canisterId: Uint8Array, method: string, arg: Uint8Array): void {
        const result = this.replica.query({ sender: USER, canisterId, method, arg });
        this.tell(`query ${method}: ${shownResult(result)}`);
    }

    /** One step of the replica: misuse that it refuses by name is part of the story, anything else is thrown. */
    step(what: string, act: () => Execution | number | void): void {
        try {
            const outcome = act();
            this.tell(`${what}: ${typeof outcome === 'object' ? shownExecution(outcome) : String(outcome)}`);
        } catch (error) {
            const { code } = error as { code?: unknown };
            if (code !== 'replica/illegal-fault' && code !== 'replica/not-settled') {
                throw error;
            }
            this.tell(`${what}: ${code}`);
        }
    }

    settle(): void {
        this.step('settle', () => this.replica.settle(SETTLE_MAX));
    }

    /** Where everything stands. */
    state(): string {
        return `${this.replica.digest()} ${this.replica.enabled().map(({ path }) => path).join(' ')}`;
    }

    #manage(method: string, type: IDL.Type, args: unknown): CallResult | undefined {
        const arg = new Uint8Array(IDL.encode([type], [args]));
        const message = this.submit(MANAGEMENT, method, arg);
        this.step(method, () => this.replica.execute(message));
        const result = this.replica.result(message);
        this.tell(`${method}: ${result === undefined ? 'no answer' : shownResult(result)}`);
        return result;
    }
}

/**
 * Runs `act` on a replica of either engine, each twice from the same mark. Undefined, or the first line in which the
 * stories differ: engine from engine, second run from first, state after rollback from state before. What `act` throws
 * is told with the engine that threw it.
 */
export function differs(prepare: (twin: Twin) => void, act: (twin: Twin) => void): string | undefined {
    const stories = (['fast', 'reference'] as const).map((memory) => {
        const twin = new Twin(memory);
        try {
            prepare(twin);
            return { prepared: twin.story.splice(0), ...twice(twin, act) };
        } catch (error) {
            throw new Error(`with the ${memory} memory, after\n${twin.story.slice(-8).join('\n')}`, { cause: error });
        }
    });
    const [fast, reference] = stories;
    if (fast === undefined || reference === undefined) {
        throw new TypeError('there are two engines');
    }
    return (
        firstDifference('fast', fast.prepared, 'reference', reference.prepared) ??
        firstDifference('fast', fast.first, 'reference', reference.first) ??
        firstDifference('fast, first time', fast.first, 'fast, again after rollback', fast.second) ??
        firstDifference('reference, first time', reference.first, 'reference, again', reference.second)
    );
}

function twice(twin: Twin, act: (twin: Twin) => void): { readonly first: string[]; readonly second: string[] } {
    const { replica, story } = twin;
    const before = twin.state();
    const mark = replica.mark();
    const once = (): string[] => {
        act(twin);
        twin.tell(`state ${twin.state()}`);
        replica.rollback(mark);
        twin.tell(`rollback restores: ${twin.state() === before}`);
        if (twin.state() !== before) {
            throw new Error(`rollback does not restore: ${before} became ${twin.state()}`);
        }
        return story.splice(0);
    };
    return { first: once(), second: once() };
}

function firstDifference(one: string, lines: string[], other: string, others: string[]): string | undefined {
    const at = lines.findIndex((line, index) => line !== others[index]);
    if (at < 0 && lines.length === others.length) {
        return undefined;
    }
    const place = at < 0 ? lines.length : at;
    const shown = (list: string[]): string => list[place] ?? '(ended)';
    const before = lines.slice(Math.max(0, place - 5), place).join('\n');
    return `${one}: ${shown(lines)}\n${other}: ${shown(others)}\nafter: ${before}`;
}

function shownExecution(execution: Execution): string {
    const { message, status, error, cleanup, sent, responses, answeredRoot, prints, steps } = execution;
    const paths = (messages: readonly Message[]): string => messages.map(({ path }) => path).join();
    return [
        message.path, status, error?.message ?? '', cleanup, paths(sent), paths(responses), answeredRoot,
        prints.join('|'), steps
    ].join(' ');
}

function shownResult(result: CallResult): string {
    return result.kind === 'reply' ? `reply ${Buffer.from(result.reply).toString('hex')}` : JSON.stringify(result);
}
