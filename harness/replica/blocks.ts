/**
 * Which nodes made the blocks of a subnet, and which failed to: totals as of the last block of each day (production's block maker
 * metrics; IC interface specification, "IC method node_metrics_history"). Only where nodes have names.
 */
import type { Home } from './home.ts';
import type { Subnet } from './subnet.ts';

/** Who made the block of a round, and whose turn it would have been before. */
export interface BlockMakers {
    readonly subnetId: Uint8Array;
    readonly maker: Uint8Array;
    readonly failed: readonly Uint8Array[];
}

interface NodeBlocks {
    readonly id: Uint8Array;
    readonly proposed: bigint;
    readonly failed: bigint;
}

/** Totals as of a time; the last sample of a subnet is the one that still changes. */
export interface BlockSample {
    readonly timeNs: bigint;
    /** By id, as text. */
    readonly nodes: ReadonlyMap<string, NodeBlocks>;
}

const DAY_NS = 86_400_000_000_000n;
const SAMPLES_MAX = 60;

/** A block of every subnet whose nodes have names: made as `makers` says, or else by the first node. */
export function noteBlocks(subnet: Subnet, makers: readonly BlockMakers[]): void {
    for (const home of subnet.homes.all) {
        const [first] = home.nodeIds;
        if (first !== undefined) {
            const said = makers.find(({ subnetId }) => keyOf(subnetId) === keyOf(home.id));
            const block = said ?? { maker: first, failed: [] };
            subnet.journal.set(home, 'blocks', observed(home.blocks, subnet.timeNs, block));
        }
    }
}

/** What is told to whoever asks: of days that are over, from this time on. */
export function samplesSince({ blocks }: Home, ns: bigint): readonly BlockSample[] {
    return blocks.slice(0, -1).filter(({ timeNs }) => timeNs >= ns);
}

function observed(
    samples: readonly BlockSample[],
    timeNs: bigint,
    { maker, failed }: Omit<BlockMakers, 'subnetId'>
): readonly BlockSample[] {
    const last = samples.at(-1);
    const isNewDay = last !== undefined && last.timeNs / DAY_NS < timeNs / DAY_NS;
    const over = isNewDay ? [...samples.slice(0, -1), changedSince(last, samples.at(-2))] : samples.slice(0, -1);
    const nodes = new Map(isNewDay ? over.at(-1)?.nodes : last?.nodes);
    add(nodes, maker, 1n, 0n);
    failed.forEach((id) => add(nodes, id, 0n, 1n));
    return [...over, { timeNs, nodes }].slice(-SAMPLES_MAX);
}

/** Nodes that did nothing on a day are left out of it, and begin anew when they come back. */
function changedSince(sample: BlockSample, before: BlockSample | undefined): BlockSample {
    const nodes = [...sample.nodes].filter(([key, { proposed, failed }]) => {
        const then = before?.nodes.get(key);
        return then === undefined || then.proposed !== proposed || then.failed !== failed;
    });
    return { timeNs: sample.timeNs, nodes: new Map(nodes) };
}

function add(nodes: Map<string, NodeBlocks>, id: Uint8Array, proposed: bigint, failed: bigint): void {
    const known = nodes.get(keyOf(id)) ?? { id, proposed: 0n, failed: 0n };
    nodes.set(keyOf(id), { id, proposed: known.proposed + proposed, failed: known.failed + failed });
}

function keyOf(id: Uint8Array): string {
    return Buffer.from(id).toString('hex');
}
