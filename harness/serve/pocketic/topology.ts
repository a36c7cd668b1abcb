/**
 * The subnets of an instance: ids, kinds, ranges of canister ids. Named kinds have the ranges of the mainnet, others ranges of 2^20 ids
 * counted down from the top, as the PocketIC server gives them out.
 */
import { createHash } from 'node:crypto';
import { canisterIdAt, principalText, selfAuthenticatingId, subnetKeyOf } from '../../replica/index.ts';
import type { SubnetKind, SubnetWish } from './config.ts';
import { PocketIcError } from './errors.ts';
import { base64 } from './wire.ts';

/** Numbers of the first and the last canister id. */
type Range = readonly [bigint, bigint];

/** One subnet. */
export interface Subnet extends SubnetWish {
    readonly id: Uint8Array;
    /** DER. */
    readonly publicKey: Uint8Array;
    readonly size: number;
    readonly ranges: readonly Range[];
    /** The number of the first id that is given out when none is asked for. */
    readonly firstId: bigint;
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

/** Kinds whose canisters pay nothing. */
const FREE_KINDS: ReadonlySet<SubnetKind> = new Set(['NNS', 'II', 'Bitcoin', 'System']);

/** The subnets of one instance. */
export class Topology {
    readonly subnets: Subnet[];
    /** Its key signs every certificate: the NNS where there is one. */
    readonly root: Subnet;
    /** Where canisters are created when nobody says where. */
    readonly standard: Subnet;
    readonly #next = new Map<Subnet, bigint>();
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

    /** Whether canisters pay: as on an application subnet unless every subnet is free. */
    get free(): boolean {
        return this.subnets.every(({ kind, costSchedule }) => FREE_KINDS.has(kind) || costSchedule === 'Free');
    }

    /** The subnet with this id. Throws `PocketIcError`. */
    byId(id: Uint8Array): Subnet {
        const found = this.subnets.find((subnet) => Buffer.compare(subnet.id, id) === 0);
        if (found === undefined) throw new PocketIcError(`SubnetNotFound(${principalText(id)})`);
        return found;
    }

    /** The subnet in whose ranges this canister id lies; undefined when there is none. */
    hosting(canisterId: Uint8Array): Subnet | undefined {
        if (canisterId.length !== 10) return undefined;
        const number = numberOf(canisterId);
        return this.subnets.find(({ ranges }) => inRanges(number, ranges));
    }

    /** Adds the subnet that hosts this id on the mainnet, unless one of the instance does. */
    include(canisterId: Uint8Array): void {
        if (canisterId.length !== 10 || this.hosting(canisterId) !== undefined) return;
        const number = numberOf(canisterId);
        if (number >= MAINNET_END) return;
        const named = Object.entries(MAINNET_RANGES).find(([, ranges]) => inRanges(number, ranges));
        const kind = (named?.[0] ?? 'Application') as SubnetKind;
        const from = number - (number % RANGE_IDS);
        const ranges: readonly Range[] = named?.[1] ?? [[from, from + RANGE_IDS - 1n]];
        const wish = { kind, costSchedule: 'Normal', instructions: 'Production' } as const;
        this.subnets.push(this.#made(wish, `${this.#seed}/${kind}/${this.subnets.length}`, ranges));
    }

    #made(wish: SubnetWish, seed: string, hosted: readonly Range[]): Subnet {
        const { publicKeyDer } = subnetKeyOf(seed);
        this.#top -= RANGE_IDS;
        return {
            ...wish,
            id: selfAuthenticatingId(publicKeyDer),
            publicKey: publicKeyDer,
            size: SIZES[wish.kind],
            ranges: [...hosted, [this.#top, this.#top + RANGE_IDS - 1n]],
            firstId: this.#top
        };
    }

    /** An id of this subnet that was not given out so far, and that nobody asked for. */
    newId(subnet: Subnet, isTaken: (id: Uint8Array) => boolean): Uint8Array {
        let number = this.#next.get(subnet) ?? subnet.firstId;
        while (isTaken(canisterIdAt(number))) number++;
        this.#next.set(subnet, number + 1n);
        return canisterIdAt(number);
    }

    /** As the client reads it. */
    toJson(): object {
        const configs = this.subnets.map(({ id, kind, size, ranges, instructions, costSchedule }) => {
            const subnet = {
                subnet_kind: kind,
                subnet_seed: [...createHash('sha256').update(id).digest()],
                instruction_config: instructions,
                cost_schedule: FREE_KINDS.has(kind) ? 'Free' : costSchedule,
                subnet_admins: null,
                size,
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

function numberOf(id: Uint8Array): bigint {
    return new DataView(id.buffer, id.byteOffset).getBigUint64(0);
}

function inRanges(number: bigint, ranges: readonly Range[]): boolean {
    return ranges.some(([from, to]) => from <= number && number <= to);
}

function canisterJson(number: bigint): object {
    return { canister_id: base64(canisterIdAt(number)) };
}
