/**
 * Several subnets in one replica: routing, rounds in turns, fees and limits of each (IC interface specification, "Inter-canister calls";
 * production's routing and stream builder; PocketIC's server for the order of rounds; developer documentation, "Cycles costs").
 */
import { IDL } from '@dfinity/candid';
import { describe, expect, it } from '@jest/globals';
import type { Message, SubnetOptions } from '../index.ts';
import { selfAuthenticatingId, subnetKeyOf } from '../index.ts';
import { instructionLimits } from '../instruction-limits.ts';
import { SIGN_WITH_ECDSA } from '../management/signing.ts';
import * as types from '../management/types.ts';
import { VETKD_DERIVE_KEY, VETKD_PUBLIC_KEY } from '../management/vetkd.ts';
import { compareBytes } from '../principal.ts';
import { bytes, Lab, numbers, rejection, text } from './lab.ts';
import { forward, PROXY, target } from './proxy.ts';
import { canister, COUNTER, table } from './wat.ts';

const SPAN = 1n << 20n;
const NO_BYTES = new Uint8Array(0);
const idOf = (seed: string): Uint8Array => selfAuthenticatingId(subnetKeyOf(seed).publicKeyDer);
/** Two seeds, the one whose subnet has its turn first in front. */
const [EARLY, LATE] = ['one', 'two'].sort((a, b) => compareBytes(idOf(a), idOf(b))) as [string, string];

const CALLER = `${COUNTER} ${table(32, 'done', 'rejected')}
    (func $done (param I) (call $add (i64.const 1)) (call $reply_counters))
    (func $rejected (param I)
        (call $msg_reject_msg_copy (I.const 4096) (I.const 0) (call $msg_reject_msg_size))
        (call $reply_bytes (I.const 4096) (call $msg_reject_msg_size)))
    (func (export "canister_update go") (call $callee_from_arg) (call $call_inc (I.const 0) (I.const 1)))
    (func (export "canister_update large") (call $callee_from_arg)
        (call $begin (I.const 256) (I.const 3) (I.const 0) (I.const 1))
        (drop (memory.grow (i32.const 64)))
        (call $call_data_append (I.const 0) (I.const 2097150)) (drop (call $call_perform)))
    (data (I.const 430) "canister_info")
    (func (export "canister_update info_large")
        (call $call_new (I.const 0) (I.const 0) (I.const 430) (I.const 13)
            (I.const 0) (I.const 0) (I.const 1) (I.const 0))
        (drop (memory.grow (i32.const 64)))
        (call $msg_arg_data_copy (I.const 4096) (I.const 0) (call $msg_arg_data_size))
        (call $call_data_append (I.const 4096) (i32.add (call $msg_arg_data_size) (I.const 2097152)))
        (drop (call $call_perform)))
    (func (export "canister_composite_query ask") (call $callee_from_arg)
        (call $begin (I.const 400) (I.const 3) (I.const 0) (I.const 1)) (drop (call $call_perform)))
    (data (I.const 400) "get") (data (I.const 410) "canister_status")
    (func (export "canister_composite_query status")
        (call $call_new (I.const 0) (I.const 0) (I.const 410) (I.const 15)
            (I.const 0) (I.const 0) (I.const 1) (I.const 0))
        (call $msg_arg_data_copy (I.const 512) (I.const 0) (call $msg_arg_data_size))
        (call $call_data_append (I.const 512) (call $msg_arg_data_size)) (drop (call $call_perform)))
    (func (export "canister_query where") (call $subnet_self_copy (I.const 512) (I.const 0) (I.const 29))
        (call $reply_bytes (I.const 512) (I.const 29)))
    (func (export "canister_update noop") (call $reply_bytes (I.const 0) (I.const 0)))
    (func (export "canister_heartbeat") (call $add (i64.const 1000)))`;

/** Calls the management canister by the id of its own subnet, or of the one that its argument begins with. */
const BY_ID = `${table(32, 'done', 'rejected')}
    (data (I.const 400) "canister_info" "create_canister")
    (func $done (param I) (call $msg_arg_data_copy (I.const 4096) (I.const 0) (call $msg_arg_data_size))
        (call $reply_bytes (I.const 4096) (call $msg_arg_data_size)))
    (func $rejected (param I) (call $msg_reject_msg_copy (I.const 4096) (I.const 0) (call $msg_reject_msg_size))
        (call $reply_bytes (I.const 4096) (call $msg_reject_msg_size)))
    (func $ask (param $name i32) (param $size i32)
        (call $call_new (I.const 512) (I.const 29) (local.get $name) (local.get $size)
            (I.const 0) (I.const 0) (I.const 1) (I.const 0)))
    (func $pass (call $call_data_append (I.const 541) (i32.sub (call $msg_arg_data_size) (I.const 29)))
        (drop (call $call_perform)))
    (func $read (call $msg_arg_data_copy (I.const 512) (I.const 0) (call $msg_arg_data_size)))
    (func (export "canister_update own") (call $subnet_self_copy (I.const 512) (I.const 0) (I.const 29))
        (call $ask (I.const 320) (I.const 8)) (drop (call $call_perform)))
    (func (export "canister_update info") (call $read) (call $ask (I.const 400) (I.const 13)) (call $pass))
    (func (export "canister_update create") (call $read) (call $ask (I.const 413) (I.const 15)) (call $pass))`;

/** Of a canister, and much else: `canister_info` skips it. The last field on the wire. */
const LARGE = IDL.Record({ canister_id: IDL.Principal, padding: IDL.Vec(IDL.Nat8) });

class Pair extends Lab {
    constructor(early: Partial<SubnetOptions> = {}, late: Partial<SubnetOptions> = {}) {
        const subnet = (seed: string, index: bigint, options: Partial<SubnetOptions>): SubnetOptions => {
            const firstCanisterId = (10n + index) * SPAN;
            const ranges = [[firstCanisterId, firstCanisterId + SPAN - 1n]] as const;
            const common = { kind: 'application', fees: 'free', nodes: 13, benchmarking: false } as const;
            return { seed, ranges, firstCanisterId, ...common, ...options };
        };
        super({ subnets: [subnet(EARLY, 0n, early), subnet(LATE, 1n, late)], identity: 'ordered' });
    }

    /** A new canister on a subnet, with this module or WAT body. */
    on(seed: string, code: string | Uint8Array, cycles?: bigint): Uint8Array {
        const id = this.createOn(seed, cycles);
        this.installOn(id, typeof code === 'string' ? canister(code) : code);
        return id;
    }

    createOn(seed: string, cycles?: bigint): Uint8Array {
        const args = { ...NOTHING, amount: cycles === undefined ? [] : [cycles] };
        const arg = new Uint8Array(IDL.encode([types.PROVISIONAL_CREATE], [args]));
        const method = 'provisional_create_canister_with_cycles';
        const call = { sender: ALICE, canisterId: NO_BYTES, method, arg, subnetId: idOf(seed) };
        const message = this.replica.submit(call);
        this.replica.execute(message);
        return created(bytes(this.resultOf(message)));
    }

    /** Rounds until the call is answered. */
    roundsOf(id: Uint8Array, method: string, arg: Uint8Array = NO_BYTES): number {
        const message = this.submit(id, method, arg);
        for (let rounds = 1; rounds < 20; rounds++) {
            this.replica.executeRound();
            if (this.replica.result(message) !== undefined) return rounds;
        }
        throw new Error('no answer');
    }
}

const ALICE = new Uint8Array([1, 1, 1, 2]);
const NOTHING = { settings: [], specified_id: [], sender_canister_version: [] };

function created(reply: Uint8Array): Uint8Array {
    const [{ canister_id: id }] = IDL.decode([types.CANISTER_ID], reply) as unknown as [ReturnType<typeof target>];
    return id.toUint8Array();
}

describe('Calls between subnets', () => {
    it('arrive in the next round of the other subnet: in the same tick when its turn comes later, both ways', () => {
        const lab = new Pair();
        const [early, late] = [lab.on(EARLY, CALLER), lab.on(LATE, CALLER)];
        // There: the same tick. Back: the next one.
        expect(lab.roundsOf(early, 'go', late)).toBe(2);
        // There: the next tick. Back, from the early to the late one: the same.
        expect(lab.roundsOf(late, 'go', early)).toBe(2);
        // Within a subnet there and back takes one round.
        expect(lab.roundsOf(early, 'go', lab.on(EARLY, CALLER))).toBe(1);
    });

    it('may be executed in any order with everything else: whoever chooses sees them at once', () => {
        const lab = new Pair();
        const [early, late] = [lab.on(EARLY, CALLER), lab.on(LATE, CALLER)];
        lab.submit(late, 'inc', NO_BYTES, 'i');
        lab.replica.execute(lab.submit(early, 'go', late, 'x'));
        expect(lab.paths()).toEqual(['i', 'x/0']);
        const mark = lab.replica.mark();
        const before = lab.replica.digest();
        expect(lab.replica.nextInRound()?.path).toBe('i');
        lab.replica.execute(lab.replica.enabled()[1] as Message);
        lab.replica.settle();
        expect(lab.replica.quiescent()).toBe(true);
        lab.replica.rollback(mark);
        expect(lab.replica.digest()).toBe(before);
    });

    it('come in turns with those of the same subnet and with ingress (production: input schedule)', () => {
        const lab = new Pair();
        const [early, late] = [lab.on(EARLY, CALLER), lab.on(LATE, CALLER)];
        const neighbour = lab.on(LATE, CALLER);
        lab.replica.execute(lab.submit(early, 'go', late, 'far'));
        lab.replica.execute(lab.submit(early, 'go', late, 'far2'));
        lab.replica.execute(lab.submit(neighbour, 'go', late, 'near'));
        lab.replica.execute(lab.submit(neighbour, 'go', late, 'near2'));
        lab.submit(late, 'inc', NO_BYTES, 'user');
        const ran: string[] = [];
        for (let next = lab.replica.nextInRound(); next !== undefined; next = lab.replica.nextInRound()) {
            if (next.canister === 1) ran.push(next.path);
            lab.replica.execute(next);
        }
        expect(ran).toEqual(['near/0', 'user', 'far/0', 'near2/0', 'far2/0']);
    });

    it('have their turn in the digest: states that go on in another order are not the same', () => {
        const digestAfter = (userFirst: boolean): string => {
            const lab = new Pair();
            const [early, late] = [lab.on(EARLY, CALLER), lab.on(LATE, CALLER)];
            const round = (): void => {
                for (let next = lab.replica.nextInRound(); next !== undefined; next = lab.replica.nextInRound()) {
                    lab.replica.execute(next);
                }
            };
            lab.replica.execute(lab.submit(early, 'go', late, 'far'));
            if (!userFirst) round();
            lab.submit(late, 'noop', NO_BYTES, 'user');
            round();
            return lab.replica.digest('by-name');
        };
        // Ingress comes before what is remote, and after it: next is what is local, or what is remote.
        expect(digestAfter(true)).not.toBe(digestAfter(false));
    });

    it('of more than 2 MiB are rejected when they are routed', () => {
        const lab = new Pair();
        const caller = lab.on(EARLY, CALLER);
        const refused = bytes(lab.call(caller, 'large', lab.on(LATE, CALLER)));
        expect(Buffer.from(refused).toString()).toBe(
            `Canister ${text(caller)} violated contract: ` +
                'attempted to send a message of size 2097153 exceeding the limit 2097152'
        );
        expect(numbers(lab.call(caller, 'large', lab.on(EARLY, CALLER)))).toEqual([1n, 1n]);
    });

    it('are not made by composite queries (specification: "canisters on the same subnet")', () => {
        const lab = new Pair();
        const [early, late] = [lab.on(EARLY, CALLER), lab.on(LATE, CALLER)];
        expect(Buffer.from(bytes(lab.query(early, 'ask', late))).toString()).toContain(`${text(late)} not found`);
        expect(numbers(lab.query(early, 'ask', lab.on(EARLY, CALLER)))).toEqual([1n, 1n]);
        const status = (of: Uint8Array): string => {
            const arg = new Uint8Array(IDL.encode([types.CANISTER_ID], [target(of)]));
            return Buffer.from(bytes(lab.query(early, 'status', arg))).toString();
        };
        expect(status(late)).toContain(`Canister ${text(late)} not found`);
        expect(status(early)).not.toContain('not found');
    });

    it('have no route to ids that no subnet hosts', () => {
        const lab = new Pair();
        const nowhere = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1, 1, 1);
        const answer = bytes(lab.call(lab.on(EARLY, CALLER), 'go', nowhere));
        expect(Buffer.from(answer).toString()).toBe(`No route to canister ${text(nowhere)}`);
    });
});

describe('The management canister', () => {
    it('creates canisters on the subnet of the caller, with ids of its range', () => {
        const lab = new Pair();
        const proxy = lab.on(LATE, PROXY);
        const id = created(bytes(lab.call(proxy, 'go', forward('create_canister', types.CREATE_CANISTER, NOTHING))));
        expect(id.slice(5, 8)).toEqual(proxy.slice(5, 8).map((byte, at) => (at === 2 ? byte + 1 : byte)));
        lab.installOn(lab.createOn(EARLY), canister(CALLER));
        expect(() => lab.manage('provisional_create_canister_with_cycles', types.PROVISIONAL_CREATE, {
            ...NOTHING,
            amount: [],
            specified_id: [target(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1, 1, 1)).canister_id]
        })).toThrow(/not hosted by subnet|range/u);
    });

    it('answers for a canister where the canister is: a round later on the own subnet, by streams elsewhere', () => {
        const lab = new Pair();
        const [proxy, far] = [lab.on(EARLY, PROXY), lab.createOn(LATE)];
        const own = forward('canister_info', types.CANISTER_ID, target(proxy));
        const other = forward('canister_info', types.CANISTER_ID, target(far));
        const rand = forward('raw_rand');
        // Request and response take a loopback stream each, or the stream there, in the same tick, and the one back.
        expect([own, other, rand].map((arg) => lab.roundsOf(proxy, 'go', arg))).toEqual([3, 2, 3]);
    });

    it('knows every subnet by its id, and each canister its own (subnet_info, ic0.subnet_self)', () => {
        const lab = new Pair();
        const [early, late, proxy] = [lab.on(EARLY, CALLER), lab.on(LATE, CALLER), lab.on(LATE, PROXY)];
        expect(bytes(lab.query(early, 'where'))).toEqual(idOf(EARLY));
        expect(bytes(lab.query(late, 'where'))).toEqual(idOf(LATE));
        const type = IDL.Record({ subnet_id: IDL.Principal });
        const info = (id: Uint8Array): Uint8Array =>
            forward('subnet_info', type, { subnet_id: target(id).canister_id });
        expect(lab.call(proxy, 'go', info(idOf(EARLY))).kind).toBe('reply');
        expect(rejection(lab.call(proxy, 'go', info(Uint8Array.of(1, 2)))).message).toContain('Could not find subnet');
    });

    it('of a subnet is called by the id of the subnet, and knows that subnet only (ic0.subnet_self)', () => {
        const lab = new Pair();
        const [early, late] = [lab.on(EARLY, BY_ID), lab.on(LATE, BY_ID)];
        expect(bytes(lab.call(early, 'own'))).toHaveLength(42);
        expect([lab.roundsOf(early, 'own'), lab.roundsOf(late, 'own')]).toEqual([3, 3]);
        const info = (of: Uint8Array): Uint8Array => new Uint8Array(IDL.encode([types.CANISTER_ID], [target(of)]));
        const ask = (caller: Uint8Array, subnet: string, of: Uint8Array): string =>
            Buffer.from(bytes(lab.call(caller, 'info', Uint8Array.from([...idOf(subnet), ...info(of)])))).toString();
        expect(ask(early, LATE, late)).toContain('DIDL');
        expect(ask(early, EARLY, late)).toContain(`Canister ${text(late)} not found`);
        expect(lab.roundsOf(early, 'info', Uint8Array.from([...idOf(LATE), ...info(late)]))).toBe(2);
        const settings = new Uint8Array(IDL.encode([types.CREATE_CANISTER], [NOTHING]));
        const create = Uint8Array.from([...idOf(LATE), ...settings]);
        const made = (caller: Uint8Array, on: Lab = lab): string =>
            Buffer.from(bytes(on.call(caller, 'create', create))).toString();
        expect(made(early)).toContain('Sender should be on the same subnet or on the NNS subnet.');
        expect(made(late)).toContain('DIDL');
        const withNns = new Pair({ kind: 'nns' });
        expect(made(withNns.on(EARLY, BY_ID), withNns)).toContain('DIDL');
    });

    it('of one subnet alone is called by its id too', () => {
        const lab = new Lab();
        expect(bytes(lab.call(lab.install(BY_ID), 'own'))).toHaveLength(42);
    });

    it('has 2 MiB of a request from another subnet', () => {
        const lab = new Pair();
        const [caller, far] = [lab.on(EARLY, CALLER), lab.createOn(LATE)];
        const near = lab.createOn(EARLY);
        const ask = (of: Uint8Array): string => {
            // Everything but the zeros at the end, which the caller adds.
            const large = { ...target(of), padding: new Uint8Array(2_097_152) };
            const arg = new Uint8Array(IDL.encode([LARGE], [large])).slice(0, -2_097_152);
            return Buffer.from(bytes(lab.call(caller, 'info_large', arg))).toString();
        };
        expect(ask(far)).toContain('exceeding the limit 2097152');
        expect(ask(near)).not.toContain('exceeding the limit');
    });

    it('is asked for threshold keys where they are held, by streams, for the fee of that subnet', () => {
        const lab = new Pair({ fees: 'standard' }, { kind: 'system', nodes: 34, holdsKeys: true });
        const [early, late] = [EARLY, LATE].map((seed) => lab.on(seed, PROXY, 10n ** 15n)) as [Uint8Array, Uint8Array];
        const key_id = { curve: { bls12_381_g2: null }, name: 'test_key_1' };
        const args = { context: NO_BYTES, key_id, canister_id: [] };
        const key = forward('vetkd_public_key', VETKD_PUBLIC_KEY, args);
        expect([lab.roundsOf(early, 'go', key), lab.roundsOf(late, 'go', key)]).toEqual([2, 3]);
        const derive = { context: NO_BYTES, key_id, input: NO_BYTES, transport_public_key: new Uint8Array(48) };
        const poor = lab.call(early, 'go', forward('vetkd_derive_key', VETKD_DERIVE_KEY, derive));
        expect(rejection(poor).message).toBe('The transport public key is invalid.');
        const ecdsa = { curve: { secp256k1: null }, name: 'key_1' };
        const sign = { message_hash: new Uint8Array(32), derivation_path: [], key_id: ecdsa };
        const unpaid = lab.call(early, 'go', forward('sign_with_ecdsa', SIGN_WITH_ECDSA, sign));
        expect(rejection(unpaid).message).toContain('26_153_846_153 cycles are required');
    });

    it('has no threshold keys where no subnet holds any', () => {
        const lab = new Pair();
        const args = { context: NO_BYTES, key_id: { curve: { bls12_381_g2: null }, name: 'key_1' }, canister_id: [] };
        const result = lab.call(lab.on(EARLY, PROXY), 'go', forward('vetkd_public_key', VETKD_PUBLIC_KEY, args));
        expect(rejection(result).message).toContain('vetkd:Bls12_381_G2:key_1, existing keys: []');
    });
});

describe('A subnet', () => {
    const RICH = 10n ** 15n;
    const balance = (lab: Lab, id: Uint8Array): bigint => lab.replica.canister(id)?.cycles ?? 0n;

    it('charges in proportion to its nodes, and nothing where its schedule says so', () => {
        const lab = new Pair({ fees: 'standard', nodes: 13 }, { fees: 'standard', nodes: 34 });
        const [small, large] = [lab.on(EARLY, COUNTER, RICH), lab.on(LATE, COUNTER, RICH)];
        const spent = [small, large].map((id) => {
            const before = balance(lab, id);
            lab.call(id, 'inc');
            return before - balance(lab, id);
        }) as [bigint, bigint];
        expect(spent[0]).toBeGreaterThan(6_000_000n);
        // Two fees, each rounded down.
        expect((spent[0] * 34n) / 13n - spent[1]).toBeLessThan(2n);
        expect((spent[0] * 34n) / 13n - spent[1]).toBeGreaterThanOrEqual(0n);

        const mixed = new Pair({ fees: 'standard' }, { kind: 'system', fees: 'standard' });
        const [paying, free] = [mixed.on(EARLY, COUNTER, RICH), mixed.on(LATE, COUNTER, RICH)];
        mixed.replica.advanceTime(1_000_000_000_000n);
        mixed.call(paying, 'inc');
        mixed.call(free, 'inc');
        expect(balance(mixed, paying)).toBeLessThan(RICH);
        expect(balance(mixed, free)).toBe(RICH);
    });

    it('has the creation fee of its size (developer documentation: 1,307,692,307,692 on 34 nodes)', () => {
        const lab = new Pair({}, { fees: 'standard', nodes: 34 });
        const proxy = lab.on(LATE, PROXY, RICH);
        const poor = lab.call(proxy, 'pay', forward('create_canister', types.CREATE_CANISTER, NOTHING));
        expect(rejection(poor).message).toMatch(/1_?307_?692_?307_?692/u);
    });

    it('runs its own heartbeats, one a tick', () => {
        const lab = new Pair();
        const [early, late] = [lab.on(EARLY, CALLER), lab.on(LATE, CALLER)];
        lab.replica.executeRound();
        lab.replica.executeRound();
        expect([lab.counters(early), lab.counters(late)]).toEqual([[2000n, 2000n], [2000n, 2000n]]);
    });

    it('sets aside for a callback what its own limits allow (ic0.cost_call; subnet configuration)', () => {
        const cost = (options: Partial<SubnetOptions>): bigint => {
            const lab = new Pair({ fees: 'standard', ...options });
            const code = `(func (export "canister_query cost")
                (call $cost_call (i64.const 3) (i64.const 7) (I.const 64))
                (call $reply_bytes (I.const 64) (I.const 16)))`;
            return numbers(lab.query(lab.on(EARLY, code, 10n ** 18n), 'cost'))[0] as bigint;
        };
        const parts = [270_000n, 40_005_000_000n, 2_097_152_000n];
        const sum = (all: readonly bigint[]): bigint => all.reduce((a, b) => a + b);
        expect(cost({})).toBe(sum(parts));
        expect(cost({ nodes: 34 })).toBe(sum(parts.map((part) => (part * 34n) / 13n)));
        expect(cost({ benchmarking: true })).toBe(270_000n + 100_000_004_999_999n + 2_097_152_000n);
        expect([cost({ kind: 'system' }), cost({ kind: 'nns' }), cost({ fees: 'free' })]).toEqual([0n, 0n, 0n]);
    });

    it('of the system has limits of its own (subnet configuration)', () => {
        expect(instructionLimits('application', false)).toEqual({ message: 40e9, install: 300e9, round: 2e9 + 1 });
        expect(instructionLimits('system', false)).toEqual({ message: 50e9, install: 1000e9, round: 47e9 + 1 });
    });
});
