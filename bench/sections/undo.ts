/** Does a small message cost the same in a small and in a large heap? Its execution, its commit and its undo. */
import wabtFactory from 'wabt';
import { deployEmbedded } from '../../harness/backend/embedded.ts';
import { compare } from '../measure.ts';
import type { Rate } from '../measure.ts';
import { sectionOf, shown, tableOf } from './section.ts';

interface Row {
    readonly megabytes: number;
    readonly messages: Rate;
    /** Time of a message, divided by its time with the smallest heap. */
    readonly ratio: number;
}

const SIZES = [5, 50, 500] as const;
const PAGES_A_MEGABYTE = 16;
const PAGE_BYTES = 65_536;
const MESSAGES_A_BATCH = 20;
/** Issue D: within 20 %. */
const RATIO_MAX = 1.2;
const NO_BYTES = new Uint8Array(0);

/** Every page is written by init; `touch` adds to eight words, from one end of the heap to the other. */
function moduleText(pages: number): string {
    const page = (index: number): number => Math.floor((index * (pages - 1)) / 7);
    const words = Array.from({ length: 8 }, (_, index) => page(index) * PAGE_BYTES + index * 8);
    const touch = words.map(at => `(i64.store (i32.const ${at}) (i64.add (i64.load (i32.const ${at})) (i64.const 1)))`);
    return `(module
        (import "ic0" "msg_reply" (func $reply))
        (memory ${pages})
        (func (export "canister_init") (memory.fill (i32.const 0) (i32.const 1) (i32.const ${pages * PAGE_BYTES})))
        (func (export "canister_update touch") ${touch.join(' ')} (call $reply)))`;
}

/** Messages, each undone before the next. */
async function touches(megabytes: number): Promise<() => number> {
    const wabt = await wabtFactory();
    const parsed = wabt.parseWat('touch.wat', moduleText(megabytes * PAGES_A_MEGABYTE), { bulk_memory: true });
    const wasm = Uint8Array.from(parsed.toBinary({}).buffer);
    parsed.destroy();
    const backend = deployEmbedded([{ role: 'touched', name: 'touched', wasm, initArg: () => NO_BYTES }], { seed: 1 });
    const call = { actor: 'alice', label: 'alice#1', canister: 'touched', method: 'touch', arg: NO_BYTES };
    const root = backend.mark();
    return () => {
        for (let index = 0; index < MESSAGES_A_BATCH; index++) {
            backend.execute(backend.submit(call, 0));
            backend.rollback(root);
        }
        return MESSAGES_A_BATCH;
    };
}

export const undo = sectionOf<readonly Row[]>({
    name: 'undo',
    about: 'a message that writes eight words all over the heap: executed, committed, undone; by size of heap',
    run: async seconds => {
        const smallest = await touches(SIZES[0]);
        const rows: Row[] = [];
        for (const megabytes of SIZES) {
            const { one, ratio } = compare(seconds, await touches(megabytes), smallest);
            rows.push({ megabytes, messages: one, ratio });
        }
        return rows;
    },
    render: rows => tableOf(
        ['heap', 'messages/s', `time beside ${SIZES[0]} MB`, 'at most'],
        rows.map(row => [`${row.megabytes} MB`, shown(row.messages), `${row.ratio.toFixed(2)}x`, `${RATIO_MAX}x`])
    )
});
