/** Basic blocks of canisters that schedules executed. */
import type { ControlledBackend } from '../../backend/port.ts';

/** Which basic blocks of a canister's module were executed. */
export interface CoveredBlocks {
    readonly canister: string;
    readonly count: number;
    /** A bit for each block, in hex. */
    readonly executed: string;
}

/** Nothing counts that was executed before. False where nothing counts at all. */
export function clearBlocks(backend: ControlledBackend): boolean {
    const all = [...backend.canisters.keys()].map(index => backend.blocks?.(index));
    for (const blocks of all) blocks?.clear();
    return all.some(blocks => blocks !== undefined);
}

/** What was executed since `clearBlocks`; empty where nobody asked for it. */
export function blocksOf(backend: ControlledBackend): readonly CoveredBlocks[] {
    return backend.canisters.flatMap((canister, index) => {
        const blocks = backend.blocks?.(index);
        if (blocks === undefined) return [];
        const bits = new Uint8Array(Math.ceil(blocks.count / 8));
        blocks.executed().forEach((mark, block) => {
            if (mark !== 0) bits[block >> 3]! |= 1 << (block & 7);
        });
        return [{ canister, count: blocks.count, executed: Buffer.from(bits).toString('hex') }];
    });
}

/** One entry for each canister, with everything that was executed in any of them. Pure. */
export function foldBlocks(parts: readonly CoveredBlocks[]): readonly CoveredBlocks[] {
    const all = new Map<string, CoveredBlocks>();
    for (const part of parts) {
        const known = all.get(part.canister);
        const executed = known === undefined ? part.executed : union(known.executed, part.executed);
        all.set(part.canister, { ...part, executed });
    }
    return [...all.values()];
}

/** In numbers. Pure. */
export function executedBlocks(
    { canister, count, executed }: CoveredBlocks
): { readonly canister: string; readonly count: number; readonly executed: number } {
    let total = 0;
    for (const byte of Buffer.from(executed, 'hex')) for (let bits = byte; bits > 0; bits &= bits - 1) total++;
    return { canister, count, executed: total };
}

function union(one: string, other: string): string {
    const bits = Buffer.from(one, 'hex');
    Buffer.from(other, 'hex').forEach((byte, index) => {
        bits[index]! |= byte;
    });
    return bits.toString('hex');
}
