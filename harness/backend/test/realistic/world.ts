/** Canisters of `canisters/realistic` on an embedded replica, built and deployed as the tool does it, with short words for calls. */
import { join } from 'node:path';
import { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';
import { expect } from '@jest/globals';
import { buildProject, candidInterface, loadProject } from '../../../build/index.ts';
import type { CandidInterface } from '../../../build/index.ts';
import { Replica } from '../../../replica/index.ts';
import type { CallResult, Reject, ReplicaOptions } from '../../../replica/index.ts';
import { DEPLOYER, deployAll, idsOf } from '../../deploy.ts';
import { actorPrincipal, canisterIdOf } from '../../identities.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..', '..', '..');
/** The dfx project of the realistic canisters. */
export const DIRECTORY = join(REPOSITORY, 'canisters', 'realistic');

interface Module {
    readonly wasm: Uint8Array;
    readonly candid: CandidInterface;
}

export type Modules = ReadonlyMap<string, Module>;

/** Compiles canisters of `canisters/realistic/dfx.json`, or takes them from the cache of that project, as `npm run build` does. */
export async function realistic(...names: string[]): Promise<Modules> {
    const built = await buildProject(loadProject(DIRECTORY), {
        canisters: names,
        canisterIds: canisterIdOf
    });
    const modules = new Map<string, Module>();
    for (const { name, wasm, candid } of built.values()) {
        modules.set(name, { wasm, candid: await candidInterface(candid) });
    }
    return modules;
}

export type Mode = 'reinstall' | 'upgrade' | 'upgrade, keeping the heap' | 'upgrade, skipping pre_upgrade';

/** Role, then the name in dfx.json and the init arguments; principals of other roles by `idOf`. */
export type Roles = Readonly<Record<string, readonly [name: string, init?: () => readonly unknown[]]>>;

export class World {
    readonly replica: Replica;
    /** All answers so far: two worlds that are told the same must say the same. */
    readonly transcript: string[] = [];
    readonly #modules: Modules;
    readonly #playing = new Map<string, Module>();
    readonly #ids = new Map<string, Principal>();

    constructor(modules: Modules, roles: (world: World) => Roles, options: ReplicaOptions = {}) {
        this.replica = new Replica({ seed: 1, identity: 'causal', ...options });
        this.#modules = modules;
        const entries = Object.entries(roles(this)).map(([role, [name, init]]) => {
            const module = this.#moduleOf(name);
            this.#playing.set(role, module);
            const initArg = (): Uint8Array => encoded(module.candid.init, init?.() ?? []);
            return { role, name, wasm: module.wasm, initArg };
        });
        idsOf(entries).forEach((id, index) => this.#ids.set(entries[index]!.role, id));
        deployAll(this.replica, entries, {
            canisters: entries.map(({ role }) => role),
            principalOf: role => this.idOf(role).toText(),
            actorPrincipal: actor => principalOf(actor).toText()
        });
    }

    idOf(role: string): Principal {
        return this.#ids.get(role)!;
    }

    /** Lets tests call a canister that was created by another one. */
    meet(role: string, id: Principal, name: string): void {
        this.#ids.set(role, id);
        this.#playing.set(role, this.#moduleOf(name));
    }

    /** Calls as `actor`, executes until nothing is left, and decodes the answer. Throws the reject text. */
    call(actor: string, role: string, method: string, ...args: unknown[]): any {
        return this.#decoded(role, method, this.#call(actor, role, method, args));
    }

    /** The reject of a call. Throws when it was replied to. */
    rejected(actor: string, role: string, method: string, ...args: unknown[]): Reject {
        const result = this.#call(actor, role, method, args);
        if (result.kind === 'reply') throw new Error(`${method} was replied to`);
        return result;
    }

    query(role: string, method: string, ...args: unknown[]): any {
        const canisterId = this.idOf(role).toUint8Array();
        const result = this.replica.query({ canisterId, method, arg: this.#encoded(role, method, args) });
        return this.#decoded(role, method, result);
    }

    /** Installs other code. Undefined, or the reject. */
    install(role: string, name: string, mode: Mode, ...args: unknown[]): Reject | undefined {
        const module = this.#moduleOf(name);
        const arg = IDL.encode([INSTALL], [{
            mode: MODES[mode],
            canister_id: this.idOf(role),
            wasm_module: module.wasm,
            arg: encoded(module.candid.init, args)
        }]);
        const sender = principalOf(DEPLOYER).toUint8Array();
        const message = this.replica.submit({ sender, canisterId: new Uint8Array(), method: 'install_code', arg });
        this.replica.settle();
        const result = this.#noted('install_code', this.replica.result(message));
        if (result.kind === 'reject') return result;
        this.#playing.set(role, module);
        return undefined;
    }

    /** Lets time pass, a second at a time, with all that becomes due in it. */
    pass(seconds: number): void {
        for (let second = 0; second < seconds; second += 1) {
            this.replica.advanceTime(1_000_000_000n);
            this.replica.settle();
        }
    }

    #call(actor: string, role: string, method: string, args: readonly unknown[]): CallResult {
        const arg = this.#encoded(role, method, args);
        const canisterId = this.idOf(role).toUint8Array();
        const sender = principalOf(actor).toUint8Array();
        const message = this.replica.submit({ sender, canisterId, method, arg });
        this.replica.settle();
        return this.#noted(method, this.replica.result(message));
    }

    #noted(method: string, result: CallResult | undefined): CallResult {
        if (result === undefined) throw new Error(`${method} was never answered`);
        this.transcript.push(`${method} ${result.kind === 'reply' ? result.reply.join() : result.message}`);
        return result;
    }

    #methodOf(role: string, method: string): IDL.FuncClass {
        const found = this.#playing.get(role)?.candid.service._fields.find(([name]) => name === method);
        if (found === undefined) throw new Error(`${role} has no method ${method}`);
        return found[1];
    }

    #encoded(role: string, method: string, args: readonly unknown[]): Uint8Array {
        return encoded(this.#methodOf(role, method).argTypes, args);
    }

    #decoded(role: string, method: string, result: CallResult): unknown {
        if (result.kind === 'reject') throw new Error(`${method}: ${result.message}`);
        const values: unknown[] = IDL.decode(this.#methodOf(role, method).retTypes, result.reply);
        return values.length > 1 ? values : values[0];
    }

    #moduleOf(name: string): Module {
        const module = this.#modules.get(name);
        if (module === undefined) throw new Error(`${name} was not built`);
        return module;
    }
}

/** Runs the same script with both memory engines, which must say the same and end in the same state. */
export function inBothMemories(
    modules: Modules,
    roles: (world: World) => Roles,
    script: (world: World) => void,
    options: ReplicaOptions = {}
): void {
    const ends = (['fast', 'reference'] as const).map(memory => {
        const world = new World(modules, roles, { ...options, memory });
        const mark = world.replica.mark();
        const before = world.replica.digest();
        script(world);
        const end = [...world.transcript, world.replica.digest()];
        world.replica.rollback(mark);
        expect(world.replica.digest()).toBe(before);
        return end;
    });
    expect(ends[0]).toEqual(ends[1]);
    // Some answer, and the digest.
    expect(ends[0]!.length).toBeGreaterThan(1);
}

/** The principal of an actor. */
export function principalOf(actor: string): Principal {
    return actorPrincipal(actor);
}

const FLAGS = IDL.Record({
    skip_pre_upgrade: IDL.Opt(IDL.Bool),
    wasm_memory_persistence: IDL.Opt(IDL.Variant({ keep: IDL.Null, replace: IDL.Null }))
});
const INSTALL = IDL.Record({
    mode: IDL.Variant({ reinstall: IDL.Null, upgrade: IDL.Opt(FLAGS) }),
    canister_id: IDL.Principal,
    wasm_module: IDL.Vec(IDL.Nat8),
    arg: IDL.Vec(IDL.Nat8)
});
const MODES: Readonly<Record<Mode, object>> = {
    reinstall: { reinstall: null },
    upgrade: { upgrade: [] },
    'upgrade, keeping the heap': { upgrade: [{ skip_pre_upgrade: [], wasm_memory_persistence: [{ keep: null }] }] },
    'upgrade, skipping pre_upgrade': { upgrade: [{ skip_pre_upgrade: [true], wasm_memory_persistence: [] }] }
};

function encoded(types: readonly IDL.Type[], values: readonly unknown[]): Uint8Array {
    return new Uint8Array(IDL.encode([...types], [...values]));
}
