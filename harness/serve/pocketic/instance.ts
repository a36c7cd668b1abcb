/** One instance: subnets with the canisters of a test on an embedded replica, with what PocketIC lets a test do to them. */
import { createHash } from 'node:crypto';
import { Replica, principalText } from '../../replica/index.ts';
import type { BlockMakers, IngressCall, Message } from '../../replica/index.ts';
import { equal } from '../bytes.ts';
import type { InstanceWish } from './config.ts';
import { PocketIcError, quoted } from './errors.ts';
import { HttpOutcalls } from './http-outcalls.ts';
import { Nodes } from './nodes.ts';
import type { Rounds } from './rounds.ts';
import { routed } from './routing.ts';
import { Topology, optionsOf } from './topology.ts';
import { base64, resultJson, type WireCall } from './wire.ts';

/** An ingress message that was handed in. */
interface Submitted {
    readonly message: Message;
    readonly sender: Uint8Array;
}

/** Of the keys and the randomness of every instance: the same requests give the same answers. */
const SEED_OF_INSTANCES = 'pocket-ic';
/** Rounds that a call is waited for. */
const AWAITED_ROUNDS = 100;
/** Causal names go back so far; see `Replica`. */
const LINEAGE_MAX = 64;

export class PocketInstance {
    readonly number: number;
    readonly replica: Replica;
    readonly topology: Topology;
    readonly outcalls: HttpOutcalls;
    readonly rounds: Rounds;
    readonly nodes: Nodes;
    readonly validation: InstanceWish['validation'];
    readonly #submitted = new Map<string, Submitted>();
    /** Of the state that queries see: time that was set counts from the next round on. */
    #certifiedNs: bigint;

    /** `onPrint` is told each line before the request that caused it is answered. Throws `PocketIcError`. */
    constructor(
        number: number,
        { subnets, timeNs, validation }: InstanceWish,
        { onPrint, rounds }: { readonly onPrint: (canister: string, line: string) => void; readonly rounds: Rounds }
    ) {
        this.number = number;
        this.rounds = rounds;
        this.#certifiedNs = timeNs;
        this.validation = validation;
        this.topology = new Topology(subnets, SEED_OF_INSTANCES);
        this.replica = new Replica({
            seed: SEED_OF_INSTANCES,
            timeNs,
            identity: 'ordered',
            lineageMax: LINEAGE_MAX,
            outcalls: 'by-hand',
            subnets: this.topology.options(),
            onPrint
        });
        this.nodes = new Nodes(this.replica, this.topology);
        this.outcalls = new HttpOutcalls(this.replica, this.topology);
    }

    /** One round of every subnet, whose blocks are made as said or by its first node. Throws `PocketIcError` for other nodes. */
    tick(makers: readonly BlockMakers[] = []): void {
        this.topology.checkNodes(makers);
        this.replica.noteBlocks(makers);
        this.rounds.run(this.replica);
        this.#certifiedNs = this.replica.time();
        this.nodes.executed();
    }

    /** As `setTime`, and queries see it at once. Throws `PocketIcError`. */
    setCertifiedTime(ns: bigint): void {
        this.setTime(ns);
        this.#certifiedNs = ns;
    }

    /**
     * Moves the clock; what becomes due executes in the next round, and queries see it after that. Throws `PocketIcError` for a time that
     * is past.
     */
    setTime(ns: bigint): void {
        const now = this.replica.time();
        if (ns < now) throw new PocketIcError(`SettingTimeIntoPast((${now}, ${ns}))`);
        if (ns > now) this.replica.advanceTime(ns - now);
        this.nodes.expireCalls();
        this.nodes.executed();
    }

    /** Hands an ingress message in, unless it is turned away before consensus. */
    submit(call: WireCall): object {
        const asked = this.#callOf(call);
        const refused = this.replica.accept(asked);
        if (refused !== undefined) return resultJson(refused, false);
        const label = this.rounds.label?.(asked);
        const named = label === undefined ? asked : { ...asked, label };
        const message = this.replica.submit({ ...named, inspected: true });
        const id = createHash('sha256').update(`${this.number}/${this.#submitted.size}`).digest('base64');
        this.#submitted.set(id, { message, sender: asked.sender });
        return { Ok: { effective_principal: { SubnetId: base64(asked.subnetId) }, message_id: id } };
    }

    /** Runs rounds until the message is answered. Throws `PocketIcError` when it is not. */
    awaited(id: string): object {
        const { message } = this.#known(id);
        for (let round = 0; round <= AWAITED_ROUNDS; round++) {
            const result = this.replica.result(message);
            if (result !== undefined) return resultJson(result, true);
            if (round < AWAITED_ROUNDS) this.tick();
        }
        const text = `Failed to answer to ingress 0x${hexOf(id)} after ${AWAITED_ROUNDS} rounds.`;
        throw new PocketIcError(`BadIngressMessage(${quoted(text)})`);
    }

    /** Null while the message is not answered. Throws `PocketIcError` for somebody else's message. */
    status(id: string, caller: Uint8Array | undefined): object | null {
        const submitted = this.#submitted.get(id);
        if (submitted === undefined) return null;
        if (caller !== undefined && !equal(caller, submitted.sender)) {
            const text = `The user tries to access Request ID 0x${hexOf(id)} not signed by the caller.`;
            throw new PocketIcError(`Forbidden(${quoted(text)})`);
        }
        const result = this.replica.result(submitted.message);
        return result === undefined ? null : resultJson(result, true);
    }

    query(call: WireCall): object {
        return resultJson(this.replica.query({ ...this.#callOf(call), timeNs: this.#certifiedNs }), false);
    }

    /** Throws `PocketIcError` for a call that goes nowhere. */
    #callOf(call: WireCall): IngressCall & { readonly subnetId: Uint8Array } {
        const { sender, canister_id: canisterId, method, payload: arg, sender_info: info } = call;
        const { id: subnetId } = routed(this.topology, call, (made) => this.replica.addSubnet(optionsOf(made)));
        const asked = { sender, canisterId, method, arg, subnetId };
        // Who is trusted to say who calls is trusted with this too.
        const callerInfo = info === undefined || info === null ? undefined : { data: info.info, signer: info.signer };
        return callerInfo === undefined ? asked : { ...asked, callerInfo };
    }

    #known(id: string): Submitted {
        const submitted = this.#submitted.get(id);
        if (submitted === undefined) {
            throw new PocketIcError(`BadIngressMessage(${quoted(`Ingress message 0x${hexOf(id)} is not known.`)})`);
        }
        return submitted;
    }

    /** The canister in the hands of the server. Throws `PocketIcError` when there is none. */
    operator(canisterId: Uint8Array): NonNullable<ReturnType<Replica['operator']>> {
        const operator = this.replica.operator(canisterId);
        if (operator === undefined) throw new PocketIcError(`CanisterNotFound(${principalText(canisterId)})`);
        return operator;
    }
}

function hexOf(id: string): string {
    return Buffer.from(id, 'base64').toString('hex');
}
