/** Upgrades of compiled canisters keep what their language promises (ic-semantics 1.4, 1.5). */
import { IDL } from '@dfinity/candid';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { TemporaryProject } from '../../build/test/temporary-project.ts';
import { asQuery, decoded } from './ic.ts';
import { bytes, Lab, type Mode } from './lab.ts';

jest.setTimeout(300_000);

const CLASSIC = '--legacy-persistence --legacy-actors -A M0194';
const upgrade = (persistence: 'keep' | 'replace' | undefined): Mode =>
    ({
        upgrade: [
            {
                skip_pre_upgrade: [],
                wasm_memory_persistence: persistence === undefined ? [] : [{ [persistence]: null }]
            }
        ]
    }) as unknown as Mode;

/** A counter and a list that live on, and a field that does not; `version` tells which code runs. */
const motoko = (version: number, classic: boolean): string => `
${classic ? 'actor' : 'persistent actor'} {
    type Names = ?(Text, Names);
    ${classic ? 'stable ' : ''}var total : Nat = 0;
    ${classic ? 'stable ' : ''}var names : Names = null;
    ${classic ? '' : 'transient '}var calls : Nat = 0;
    public func add(name : Text) : async Nat { total += 1; calls += 1; names := ?(name, names); total };
    public query func state() : async (Nat, Nat, Nat) {
        var count = 0;
        var rest = names;
        loop {
            switch rest {
                case null { return (total, count, calls) };
                case (?(_, next)) { count += 1; rest := next }
            }
        };
    };
    public query func version() : async Nat { ${version} };
};`;

/** Azle's stable mode has no stable structures: the heap is lost, hooks run, certified data stays. */
const azle = (version: number): string => `
import { certifiedDataSet, IDL, postUpgrade, preUpgrade, query, update } from 'azle';
export default class {
    calls: bigint = 0n;
    came: bigint = 0n;
    @update([IDL.Text], IDL.Nat) add(name: string): bigint {
        this.calls += 1n;
        certifiedDataSet(new Uint8Array([1, 2, Number(this.calls)]));
        return this.calls;
    }
    @preUpgrade before(): void { console.log('before ${version}: ' + this.calls); }
    @postUpgrade([]) after(): void { this.came = ${version}n; console.log('after ${version}: ' + this.calls); }
    @query([], IDL.Nat) state(): bigint { return this.calls * 10n + this.came; }
    @query([], IDL.Nat) version(): bigint { return ${version}n; }
}`;

let project: TemporaryProject;
const modules = new Map<string, Uint8Array>();

beforeAll(async () => {
    const canisters = Object.fromEntries([
        ...[1, 2].map((n) => [`motoko${n}`, { type: 'motoko', main: `motoko${n}.mo` }]),
        ...[1, 2].map((n) => [`classic${n}`, { type: 'motoko', main: `classic${n}.mo`, args: CLASSIC }]),
        ...[1, 2].map((n) => [`azle${n}`, { type: 'azle', main: `azle${n}.ts` }])
    ] as [string, object][]);
    project = new TemporaryProject({
        'dfx.json': { version: 1, canisters },
        'motoko1.mo': motoko(1, false),
        'motoko2.mo': motoko(2, false),
        'classic1.mo': motoko(1, true),
        'classic2.mo': motoko(2, true),
        'azle1.ts': azle(1),
        'azle2.ts': azle(2)
    }).installPackages();
    const built = await project.build();
    for (const [name, { wasm }] of built.canisters) {
        modules.set(name, wasm);
    }
});

afterAll(() => project.remove());

/** One canister of a language, and short words for its methods. */
class Subject {
    readonly lab: Lab;
    readonly id: Uint8Array;

    constructor(name: string) {
        this.lab = new Lab({ seed: 1 });
        this.id = this.lab.create();
        this.lab.installOn(this.id, modules.get(name)!, new Uint8Array(IDL.encode([], [])));
        this.lab.replica.settle();
    }

    add(name: string): void {
        bytes(this.lab.call(this.id, 'add', new Uint8Array(IDL.encode([IDL.Text], [name]))));
    }

    upgrade(name: string, mode: Mode): void {
        this.lab.installOn(this.id, modules.get(name)!, new Uint8Array(IDL.encode([], [])), mode);
        this.lab.replica.settle();
    }

    read(method: string, types: IDL.Type[]): unknown[] {
        return IDL.decode(types, bytes(this.lab.query(this.id, method, new Uint8Array(IDL.encode([], [])))));
    }

    version(): unknown {
        return this.read('version', [IDL.Nat])[0];
    }
}

const TRIPLE = [IDL.Nat, IDL.Nat, IDL.Nat];

describe('1.4 Upgrading compiled canisters', () => {
    it('Motoko keeps its heap: enhanced orthogonal persistence', () => {
        const subject = new Subject('motoko1');
        ['a', 'b'].forEach((name) => subject.add(name));
        expect(subject.read('state', TRIPLE)).toEqual([2n, 2n, 2n]);
        subject.upgrade('motoko2', upgrade('keep'));
        expect([subject.version(), subject.read('state', TRIPLE)]).toEqual([2n, [2n, 2n, 0n]]);
        subject.add('c');
        expect(subject.read('state', TRIPLE)).toEqual([3n, 3n, 1n]);
    });

    it('Motoko loses it when it is told to replace it, and refuses to choose by itself', () => {
        const subject = new Subject('motoko1');
        subject.add('a');
        expect(() => subject.upgrade('motoko2', upgrade(undefined))).toThrow('Missing upgrade option');
        expect(subject.version()).toBe(1n);
        subject.upgrade('motoko2', upgrade('replace'));
        expect([subject.version(), subject.read('state', TRIPLE)]).toEqual([2n, [0n, 0n, 0n]]);
    });

    it('classical 32-bit Motoko goes through stable memory', () => {
        const subject = new Subject('classic1');
        ['a', 'b'].forEach((name) => subject.add(name));
        subject.upgrade('classic2', upgrade(undefined));
        expect([subject.version(), subject.read('state', TRIPLE)]).toEqual([2n, [2n, 2n, 0n]]);
    });

    it('an upgrade of Motoko is undone by rollback, with the heap that was kept', () => {
        const subject = new Subject('motoko1');
        subject.add('a');
        const digest = subject.lab.replica.digest();
        const mark = subject.lab.replica.mark();
        subject.upgrade('motoko2', upgrade('keep'));
        subject.add('b');
        subject.lab.replica.rollback(mark);
        expect(subject.lab.replica.digest()).toBe(digest);
        expect([subject.version(), subject.read('state', TRIPLE)]).toEqual([1n, [1n, 1n, 1n]]);
    });

    it('Azle starts afresh, runs its hooks on both sides, and keeps its certified data', () => {
        const subject = new Subject('azle1');
        ['a', 'b'].forEach((name) => subject.add(name));
        expect(subject.read('state', [IDL.Nat])).toEqual([20n]);
        subject.upgrade('azle2', upgrade(undefined));
        expect([subject.version(), subject.read('state', [IDL.Nat])]).toEqual([2n, [2n]]);
        const { lab, id } = subject;
        expect(lab.replica.canister(id)!.certifiedData).toEqual(new Uint8Array([1, 2, 2]));
        const answer = asQuery(lab, 'fetch_canister_logs', id);
        const logs = decoded<{ canister_log_records: { content: Uint8Array }[] }>('fetch_canister_logs', answer);
        const lines = logs.canister_log_records.map(({ content }) => Buffer.from(content).toString());
        // Azle prints texts as JavaScript would write them.
        expect(lines).toEqual(['"before 1: 2"', '"after 2: 0"']);
    });
});
