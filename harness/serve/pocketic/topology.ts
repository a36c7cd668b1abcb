/**
 * The subnets of an instance: ids, kinds, ranges of canister ids. Named kinds have the ranges of the mainnet, others ranges of 2^20 ids
 * counted down from the top, as the PocketIC server gives them out.
 */
import { createHash } from 'node:crypto';
import { canisterIdAt, principalText, selfAuthenticatingId, subnetKeyOf } from '../../replica/index.ts';
import type { BlockMakers, SubnetOptions } from '../../replica/index.ts';
import type { SubnetKind, SubnetWish } from './config.ts';
import { PocketIcError, quoted } from './errors.ts';
import { nodeKeyOf } from '../node-key.ts';
import { base64 } from './wire.ts';

/** Numbers of the first and the last canister id. */
type Range = readonly [bigint, bigint];

/** One subnet. */
export interface Subnet extends SubnetWish {
    /** Of its key. */
    readonly seed: string;
    readonly id: Uint8Array;
    /** DER. */
    readonly publicKey: Uint8Array;
    readonly size: number;
    readonly ranges: readonly Range[];
    /** The number of the first id that is given out when none is asked for. */
    readonly firstId: bigint;
    /** The first is the one that agents talk to; the others are names. */
    readonly nodeIds: readonly Uint8Array[];
}

const RANGE_IDS = 1n << 20n;
/** Of ranges that are counted down; the topmost one is left out, as the PocketIC server does. */
const TOP = (1n << 64n) - RANGE_IDS;

/** Ids of the mainnet lie below. */
const MAINNET_END = 1n << 40n;

const MAINNET_RANGES: Partial<Record<SubnetKind, readonly Range[]>> = {
    NNS: [[0x0n, 0x6n], [0x8n, 0xfffffn]],
    II: [[0x7n, 0x7n], [0x2100000n, 0x21fffffn]],
    SNS: [[0x2000000n, 0x20fffffn]],
    Bitcoin: [[0x1a00000n, 0x1afffffn]],
    Fiduciary: [[0x2300000n, 0x23fffffn]]
};
const SIZES: Readonly<Record<SubnetKind, number>> = {
    NNS: 40,
    SNS: 34,
    II: 34,
    Fiduciary: 34,
    Bitcoin: 13,
    System: 13,
    Application: 13,
    VerifiedApplication: 13
};

/** System subnets: their canisters pay for nothing but signatures. */
const FREE_KINDS: ReadonlySet<SubnetKind> = new Set(['NNS', 'II', 'Bitcoin', 'System']);

/** Where threshold keys are: on no others, as in production. */
const KEY_KINDS: ReadonlySet<SubnetKind> = new Set(['II', 'Fiduciary']);

/** The subnets of one instance. */
export class Topology {
    readonly subnets: Subnet[];
    /** Its key signs every certificate: the NNS where there is one. */
    readonly root: Subnet;
    /** Where canisters are created when nobody says where. */
    readonly standard: Subnet;
    readonly #seed: string;
    #top = TOP;

    /** `seed` draws the keys: the same seed and wishes give the same subnets. */
    constructor(wishes: readonly SubnetWish[], seed: string) {
        this.#seed = seed;
        const rootIndex = Math.max(0, wishes.findIndex(({ kind }) => kind === 'NNS'));
        this.subnets = wishes.map((wish, index) => {
            const keySeed = index === rootIndex ? seed : `${seed}/${wish.kind}/${index}`;
            return this.#made(wish, keySeed, MAINNET_RANGES[wish.kind] ?? []);
        });
        this.root = this.subnets[rootIndex]!;
        const preferred: readonly SubnetKind[] = ['Application', 'VerifiedApplication', 'System'];
        const found = preferred.map((kind) => this.subnets.find((subnet) => subnet.kind === kind)).find(Boolean);
        this.standard = found ?? this.subnets[0]!;
    }

    /** As a replica takes them: the one where canisters are created when nobody says where comes first. */
    options(): readonly SubnetOptions[] {
        const others = this.subnets.filter((subnet) => subnet !== this.standard);
        return [this.standard, ...others].map(optionsOf);
    }

    /** The subnet with this id. Throws `PocketIcError`. */
    byId(id: Uint8Array): Subnet {
        const found = this.subnets.find((subnet) => Buffer.compare(subnet.id, id) === 0);
        if (found === undefined) throw new PocketIcError(`SubnetNotFound(${principalText(id)})`);
        return found;
    }

    /** Throws `PocketIcError` for subnets and nodes that are not there, and for one that both makes a block and fails to. */
    checkNodes(makers: readonly BlockMakers[]): void {
        for (const { subnetId, maker, failed } of makers) {
            const same = (a: Uint8Array) => (b: Uint8Array) => Buffer.compare(a, b) === 0;
            if (failed.some(same(maker)))
                throw new PocketIcError(`BlockmakerContainedInFailed(${principalText(maker)})`);
            const { nodeIds } = this.byId(subnetId);
            const stranger = [...failed, maker].find((id) => !nodeIds.some(same(id)));
            if (stranger !== undefined) throw new PocketIcError(`BlockmakerNotFound(${principalText(stranger)})`);
        }
    }

    /** The subnet in whose ranges this canister id lies; undefined when there is none. */
    hosting(canisterId: Uint8Array): Subnet | undefined {
        if (canisterId.length !== 10) return undefined;
        const number = numberOf(canisterId);
        return this.subnets.find(({ ranges }) => inRanges(number, ranges));
    }

    /** Adds the subnet that hosts this id on the mainnet; no subnet of the instance does. Throws `PocketIcError`. */
    include(canisterId: Uint8Array): Subnet {
        const what = `The effective canister ID ${principalText(canisterId)}`;
        const number = canisterId.length === 10 ? numberOf(canisterId) : MAINNET_END;
        if (number >= MAINNET_END)
            throw unroutable(`${what} does not belong to an existing subnet and it is not a mainnet canister ID.`);
        const named = Object.entries(MAINNET_RANGES).find(([, ranges]) => inRanges(number, ranges));
        const kind = (named?.[0] ?? 'Application') as SubnetKind;
        if (kind === 'NNS' || kind === 'II')
            throw unroutable(`${what} is of the mainnet's ${kind} subnet: create the instance with that subnet.`);
        const from = number - (number % RANGE_IDS);
        const ranges: readonly Range[] = named?.[1] ?? [[from, from + RANGE_IDS - 1n]];
        const wish = { kind, costSchedule: 'Normal', instructions: 'Production' } as const;
        const made = this.#made(wish, `${this.#seed}/${kind}/${this.subnets.length}`, ranges);
        this.subnets.push(made);
        return made;
    }

    #made(wish: SubnetWish, seed: string, hosted: readonly Range[]): Subnet {
        const { publicKeyDer } = subnetKeyOf(seed);
        this.#top -= RANGE_IDS;
        const size = SIZES[wish.kind];
        const named = (index: number): Uint8Array => selfAuthenticatingId(Buffer.from(`node ${index} of ${seed}`));
        return {
            ...wish,
            seed,
            id: selfAuthenticatingId(publicKeyDer),
            publicKey: publicKeyDer,
            size,
            nodeIds: Array.from({ length: size }, (_, index) => (index === 0 ? nodeKeyOf(seed).id : named(index))),
            ranges: [...hosted, [this.#top, this.#top + RANGE_IDS - 1n]],
            firstId: this.#top
        };
    }

    /** As the client reads it. */
    toJson(): object {
        const configs = this.subnets.map(({ id, kind, size, nodeIds, ranges, instructions, costSchedule }) => {
            const subnet = {
                subnet_kind: kind,
                subnet_seed: [...createHash('sha256').update(id).digest()],
                instruction_config: instructions,
                cost_schedule: FREE_KINDS.has(kind) ? 'Free' : costSchedule,
                subnet_admins: null,
                size,
                node_ids: nodeIds.map((node) => ({ node_id: base64(node) })),
                canister_ranges: ranges.map(([from, to]) => ({ start: canisterJson(from), end: canisterJson(to) }))
            };
            return [principalText(id), subnet];
        });
        return {
            subnet_configs: Object.fromEntries(configs) as object,
            default_effective_canister_id: canisterJson(this.standard.firstId)
        };
    }
}

/** As a replica takes it. */
export function optionsOf(subnet: Subnet): SubnetOptions {
    const { seed, kind, size, costSchedule, instructions, ranges, firstId, nodeIds } = subnet;
    return {
        seed,
        kind: kind === 'NNS' ? 'nns' : FREE_KINDS.has(kind) ? 'system' : 'application',
        fees: costSchedule === 'Free' ? 'free' : 'standard',
        nodes: size,
        benchmarking: instructions === 'Benchmarking',
        ranges,
        firstCanisterId: firstId,
        holdsKeys: KEY_KINDS.has(kind),
        nodeIds
    };
}

function unroutable(text: string): PocketIcError {
    return new PocketIcError(`BadIngressMessage(${quoted(text)})`);
}

function numberOf(id: Uint8Array): bigint {
    return new DataView(id.buffer, id.byteOffset).getBigUint64(0);
}

function inRanges(number: bigint, ranges: readonly Range[]): boolean {
    return ranges.some(([from, to]) => from <= number && number <= to);
}

function canisterJson(number: bigint): object {
    return { canister_id: base64(canisterIdAt(number)) };
}
