/** The marks of a module's basic blocks, shared by its instances (see `rewrite/blocks.ts`). */
import type { BlockCoverage } from '../contract.ts';
import { createBlocks } from './running.ts';

export class ExecutedBlocks implements BlockCoverage {
    readonly count: number;
    readonly memory: WebAssembly.Memory;

    constructor(count: number) {
        this.count = count;
        this.memory = createBlocks(count);
    }

    executed(): Uint8Array {
        return new Uint8Array(this.memory.buffer, 0, this.count).slice();
    }

    clear(): void {
        new Uint8Array(this.memory.buffer).fill(0);
    }
}
