import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { prepareModule } from '../index.ts';
import type { CanisterInstance, HostFunction, MemoryEngine, PreparedModule } from '../index.ts';
import { digest, ENGINES } from './wat.ts';

interface Motoko {
    readonly compiler: { gcFlags(mode: string): void };
    write(path: string, source: string): void;
    wasm(path: string, mode: 'ic'): { readonly wasm: Uint8Array };
}

const SOURCE = `persistent actor {
    var total : Int = 0;
    public func increment() : async Int { total += 1; total };
    public func allocate() : async Nat {
        var list : ?(Nat, Any) = null;
        var i = 0;
        while (i < 500) { list := ?(i, list); i += 1 };
        i
    };
    public func fail() : async () { total += 1; assert false };
    public query func get() : async Int { total };
}`;

const LIMITS = { heapBytesMax: 2 ** 28, callDepthMax: 1_000 };
const NO_ARGUMENTS = Uint8Array.from([...Buffer.from('DIDL'), 0, 0]);

/** The actor as compiled for enhanced orthogonal persistence (memory64) and for the classical one (32 bit). */
const modules = new Map<string, Uint8Array>();

beforeAll(() => {
    const motoko = createRequire(import.meta.url)('motoko') as Motoko;
    motoko.write('main.mo', SOURCE);
    modules.set('memory64', motoko.wasm('main.mo', 'ic').wasm);
    motoko.compiler.gcFlags('classicOP');
    modules.set('32-bit', motoko.wasm('main.mo', 'ic').wasm);
});

interface Canister {
    readonly instance: CanisterInstance;
    /** What the canister replied in the last execution. */
    readonly replies: Uint8Array[];
}

/** A canister whose System API does as little as the actor needs. */
function install(form: string, memory: MemoryEngine): Canister {
    const module = prepareModule(modules.get(form) ?? new Uint8Array(), { memory });
    const replies: Uint8Array[] = [];
    const size = (value: number): number | bigint => (module.memoryWidth === 64 ? BigInt(value) : value);
    const own: Record<string, (...args: (number | bigint)[]) => number | bigint | undefined> = {
        msg_arg_data_size: () => size(NO_ARGUMENTS.length),
        msg_arg_data_copy: to => void canister.instance.write(Number(to), NO_ARGUMENTS),
        msg_caller_size: () => size(1),
        msg_caller_copy: to => void canister.instance.write(Number(to), Uint8Array.of(4)),
        msg_reply_data_append: (from, length) =>
            void replies.push(canister.instance.read(Number(from), Number(length))),
        trap: (from, length) => {
            throw new Error(Buffer.from(canister.instance.read(Number(from), Number(length))).toString());
        }
    };
    const canister = { instance: module.instantiate(systemApi(module, own as never), LIMITS), replies };
    canister.instance.begin(1e9);
    canister.instance.start();
    canister.instance.call('canister_init');
    canister.instance.commit();
    canister.instance.forget();
    return canister;
}

function systemApi(module: PreparedModule, own: Record<string, HostFunction>): Record<string, HostFunction> {
    return Object.fromEntries(module.imports.map(({ name, results }) =>
        [name, own[name] ?? (results[0] === 'i64' ? () => 0n : () => 0)]));
}

/** Runs a method as one execution; returns whether it was committed. */
function send({ instance }: Canister, method: string): boolean {
    instance.begin(1e9);
    try {
        instance.call(`canister_update ${method}`);
    } catch {
        instance.abort();
        return false;
    }
    return instance.commit();
}

describe.each(['memory64', '32-bit'])('a Motoko actor (%s)', form => {
    it('is prepared with its width, exports and custom sections', () => {
        const module = prepareModule(modules.get(form) ?? new Uint8Array());
        expect(module.memoryWidth).toBe(form === 'memory64' ? 64 : 32);
        expect(module.exports).toContain('canister_update increment');
        expect([...module.customSections.keys()]).toContain('icp:private candid:service');
    });

    it('does the same in both engines, also across growth, traps and undo', () => {
        const [fast, reference] = ENGINES.map(memory => install(form, memory));
        if (fast === undefined || reference === undefined) {
            throw new Error('two engines');
        }
        expect(digest(fast.instance)).toBe(digest(reference.instance));
        const initial = fast.instance.heapBytes();
        const heights = [[0, 0]];
        const digests = [digest(fast.instance)];
        const methods = ['increment', ...Array<string>(20).fill('allocate'), 'fail', 'increment', 'allocate'];
        for (const method of methods) {
            expect(send(fast, method)).toBe(send(reference, method));
            expect(fast.instance.stepsUsed()).toBe(reference.instance.stepsUsed());
            heights.push([fast.instance.undoHeight(), reference.instance.undoHeight()]);
            digests.push(digest(fast.instance));
            expect(digests.at(-1)).toBe(digest(reference.instance));
        }
        expect(fast.replies).toEqual(reference.replies);
        expect(Buffer.from(fast.replies.at(-2) ?? []).toString('hex')).toBe('4449444c00017c02');
        expect(fast.instance.heapBytes()).toBeGreaterThan(initial);
        for (const step of [methods.length - 1, 12, 3, 0]) {
            const [fastHeight = 0, referenceHeight = 0] = heights[step] ?? [];
            fast.instance.undoTo(fastHeight);
            reference.instance.undoTo(referenceHeight);
            expect(digest(fast.instance)).toBe(digests[step]);
            expect(digest(reference.instance)).toBe(digests[step]);
        }
        // Once more from the beginning, now on a memory that was larger.
        for (const [index, method] of methods.entries()) {
            send(fast, method);
            expect(digest(fast.instance)).toBe(digests[index + 1]);
        }
    });
});
