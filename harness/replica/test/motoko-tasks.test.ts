/**
 * Motoko on the parts of the execution model that have words of their own in the language: composite queries, heartbeat,
 * timer, low-memory hook, inspection of ingress (ic-semantics 3.2, 3.11), in both forms that moc compiles to.
 */
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import type { CallResult } from '../index.ts';
import { BOB, bytes, installArgs, Lab, rejection } from './lab.ts';
import * as types from '../management/types.ts';

interface Motoko {
    readonly compiler: { gcFlags(mode: string): void };
    write(path: string, source: string): void;
    wasm(path: string, mode: 'ic'): { readonly wasm: Uint8Array };
}

const SOURCE = `
import Prim "mo:⛔";
persistent actor Self {
    var total : Nat = 0;
    var beats : Nat = 0;
    var ticks : Nat = 0;
    var low : Nat = 0;
    var hoard : ?(Any, [var Nat]) = null;
    type Counter = actor {
        get : shared query () -> async Nat;
        deep : shared composite query (Nat, [Principal]) -> async Nat
    };

    public func add(n : Nat) : async () { total += n };
    public query func get() : async Nat { total };
    public query func seen() : async [Nat] { [beats, ticks, low] };

    // The total of other canisters, one after the other; the own total changes meanwhile, for this query only.
    public composite query func sum(others : [Principal]) : async Nat {
        var sum = 0;
        for (other in others.vals()) {
            let counter : Counter = actor (debug_show other);
            total += 1;
            sum += await counter.get();
        };
        sum + total
    };
    public composite query func deep(depth : Nat, others : [Principal]) : async Nat {
        if (depth == 0) { return total };
        let counter : Counter = actor (debug_show others[depth % others.size()]);
        1 + (await counter.deep(depth - 1 : Nat, others))
    };
    public composite query func caught(other : Principal) : async Text {
        let counter : actor { nothing : shared query () -> async () } = actor (debug_show other);
        try { await counter.nothing(); "no error" } catch (e) { Prim.errorMessage(e) }
    };

    system func heartbeat() : async () { beats += 1; await add(1) };
    system func timer(set : Nat64 -> ()) : async () { ticks += 1; if (ticks < 3) { set(Prim.time() + 10) } };
    system func lowmemory() : async* () { low += 1 };
    system func inspect({ caller : Principal; arg : Blob; 
        msg : { #add : () -> Nat; #get : () -> (); #grow : () -> (); #seen : () -> () } }) : Bool {
        ignore arg;
        switch msg { case (#add n) { n() < 100 }; case _ { Prim.blobOfPrincipal(caller).size() == 4 } }
    };
    public func grow() : async () { hoard := ?(hoard, Prim.Array_init<Nat>(10_000_000, 7)) };
}`;

const modules = new Map<string, Uint8Array>();

beforeAll(() => {
    const motoko = createRequire(import.meta.url)('motoko') as Motoko;
    motoko.write('tasks.mo', SOURCE);
    modules.set('memory64', motoko.wasm('tasks.mo', 'ic').wasm);
    motoko.compiler.gcFlags('classicOP');
    modules.set('32-bit', motoko.wasm('tasks.mo', 'ic').wasm);
});

function encode(types: IDL.Type[], ...values: unknown[]): Uint8Array {
    return new Uint8Array(IDL.encode(types, values));
}

function decoded(result: CallResult, type: IDL.Type): unknown {
    return IDL.decode([type], bytes(result))[0];
}

describe.each(['memory64', '32-bit'])('Motoko (%s)', (form) => {
    const nothing = encode([]);

    function two(settings: object = {}): { lab: Lab; a: Uint8Array; b: Uint8Array; ids: Principal[] } {
        const lab = new Lab();
        const [a, b] = [0, 1].map(() => {
            const id = lab.create(undefined, settings);
            lab.manage('install_code', types.INSTALL_CODE, installArgs(id, modules.get(form)!));
            return id;
        }) as [Uint8Array, Uint8Array];
        lab.replica.settle();
        return { lab, a, b, ids: [a, b].map((id) => Principal.fromUint8Array(id)) };
    }

    const seen = (lab: Lab, id: Uint8Array): unknown => decoded(lab.query(id, 'seen', nothing), IDL.Vec(IDL.Nat));

    it('composite queries call others and themselves, keep their own state, and leave nothing', () => {
        const { lab, a, b, ids } = two();
        lab.call(a, 'add', encode([IDL.Nat], 10));
        lab.call(b, 'add', encode([IDL.Nat], 20));
        const digest = lab.replica.digest();
        const sum = lab.query(a, 'sum', encode([IDL.Vec(IDL.Principal)], [ids[1], ids[0], ids[1]]));
        // 20 + 10 (as committed) + 20, and the own total, three more than before.
        expect(decoded(sum, IDL.Nat)).toBe(63n);
        const deep = (depth: number) => lab.query(a, 'deep', encode([IDL.Nat, IDL.Vec(IDL.Principal)], depth, ids));
        // The sixth call reaches the other canister.
        expect(decoded(deep(6), IDL.Nat)).toBe(26n);
        expect(rejection(deep(7)).errorCode).toBe('IC0525');
        const caught = decoded(lab.query(a, 'caught', encode([IDL.Principal], ids[1])), IDL.Text);
        const error = `Error from Canister ${ids[1]!.toText()}: Canister has no query method 'nothing'`;
        expect(caught).toContain(error);
        expect(lab.replica.digest()).toBe(digest);
    });

    it('heartbeats run when told to, and await their own messages', () => {
        const { lab, a, b } = two();
        const mine = lab.replica.heartbeats().find(({ path }) => path.endsWith(Principal.fromUint8Array(a).toText()));
        expect(lab.replica.execute(mine!).status).toBe('committed');
        lab.replica.settle();
        expect(decoded(lab.query(a, 'get', nothing), IDL.Nat)).toBe(1n);
        expect((seen(lab, a) as bigint[])[0]).toBe(1n);
        expect((seen(lab, b) as bigint[])[0]).toBe(0n);
        for (let round = 0; round < 3; round++) {
            lab.replica.executeRound();
        }
        expect((seen(lab, b) as bigint[])[0]).toBeGreaterThanOrEqual(1n);
    });

    it('timers re-arm themselves', () => {
        const { lab, a } = two();
        for (let time = 0; time < 5; time++) {
            lab.replica.advanceTime(10n);
            lab.replica.settle();
        }
        expect((seen(lab, a) as bigint[])[1]).toBe(3n);
    });

    // Motoko declines by a trap.
    it('inspect decides about ingress, before and at execution', () => {
        const { lab, a } = two();
        const arg = (n: number) => encode([IDL.Nat], n);
        const offered = (sender: Uint8Array, method: string, given: Uint8Array) =>
            lab.replica.accept({ sender, canisterId: a, method, arg: given });
        expect(offered(BOB, 'add', arg(5))).toBeUndefined();
        expect(offered(BOB, 'add', arg(500))).toMatchObject({ errorCode: 'IC0503' });
        expect(offered(new Uint8Array(29).fill(2), 'grow', nothing)).toMatchObject({ errorCode: 'IC0503' });
        expect(lab.call(a, 'add', arg(500))).toMatchObject({ errorCode: 'IC0503' });
        expect(lab.call(a, 'add', arg(5)).kind).toBe('reply');
    });

    it('the low-memory hook runs once memory is low', () => {
        const limit = 256n << 20n;
        const { lab, a } = two({ wasm_memory_limit: [limit], wasm_memory_threshold: [limit - (30n << 20n)] });
        expect((seen(lab, a) as bigint[])[2]).toBe(0n);
        expect(lab.call(a, 'grow', nothing).kind).toBe('reply');
        expect((seen(lab, a) as bigint[])[2]).toBe(1n);
    });
});
