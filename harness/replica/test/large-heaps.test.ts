/** Heaps that are large, and hardly used: what is not used costs no memory here, and has to fit into no limit of ours. */
import { expect, it } from '@jest/globals';
import { campaignError } from '../../explore/campaign-error.ts';
import { UndoLimitError } from '../wasm/index.ts';
import { Lab, numbers } from './lab.ts';
import { canister, withSection } from './wat.ts';

const GIB = 2 ** 30;
/** 1.6 GiB: more than half of what a message may change. */
const PAGES = 26_240;
const LAST = PAGES * 65_536 - 8;

/** `fill` uses the first and the last page of a heap of `PAGES`. */
const LARGE = canister(`
    (func (export "canister_update fill")
        (drop (memory.grow (i32.const ${PAGES - 1})))
        (i64.store (i32.const 128) (i64.const 7))
        (i64.store (i32.const ${LAST}) (i64.const 9))
        (call $reply_i64 (i64.const 0)))
    (func (export "canister_query first") (call $reply_i64 (i64.load (i32.const 128))))
    (func (export "canister_query last") (call $reply_i64 (i64.load (i32.const ${LAST}))))`);

it('an upgrade may keep a heap of 1.6 GiB', () => {
    const lab = new Lab({ limits: { heapBytesMax: 2 * GIB } });
    const module = withSection(LARGE, 'icp:private enhanced-orthogonal-persistence', '');
    const id = lab.install(module);
    lab.step(id, 'fill');
    lab.installOn(id, module, undefined, {
        upgrade: [{ skip_pre_upgrade: [], wasm_memory_persistence: [{ keep: null }] }]
    });
    expect(['first', 'last'].map(method => numbers(lab.query(id, method)))).toEqual([[7n], [9n]]);
});

it('a message that changes more than can be undone ends a campaign by name, and not as an error of ours', () => {
    expect(campaignError(new UndoLimitError(2 * GIB))).toMatchObject({
        code: 'undo-limit', fix: expect.stringContaining('shorter schedules')
    });
});
