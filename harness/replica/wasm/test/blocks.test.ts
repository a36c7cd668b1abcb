/** Which basic blocks are executed: noted where that is asked for, and nothing else is different then. */
import { describe, expect, it } from '@jest/globals';
import type { CanisterInstance } from '../index.ts';
import { digest, ENGINES, instantiate, run, trapOf } from './wat.ts';
import type { Options } from './wat.ts';

/** Blocks: entry of `choose` 0, then 1, else 2, end 3; `loops` 4, head 5, behind br_if 6, end of the loop 7; `traps` 8, then 9, end 10. */
const MODULE = `(module (memory 1)
    (func (export "choose")
        (if (i32.load (i32.const 0))
            (then (i32.store (i32.const 8) (i32.const 1)))
            (else (i32.store (i32.const 8) (i32.const 2)))))
    (func (export "loops") (local $i i32)
        (loop $again
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (i32.store (i32.const 4) (local.get $i))
            (br_if $again (i32.lt_u (local.get $i) (i32.const 5)))))
    (func (export "traps")
        (i32.store (i32.const 0) (i32.const 1))
        (if (i32.load (i32.const 0)) (then (unreachable) (drop (i32.const 1))))))`;

function executed({ module }: CanisterInstance): number[] {
    return [...module.blocks!.executed().entries()].flatMap(([block, mark]) => (mark === 1 ? [block] : []));
}

const OPTIONS: readonly (readonly [string, Options])[] = ENGINES.flatMap(memory =>
    (['unit', 'instructions'] as const).map(metering => [`${memory}, ${metering}`, { memory, metering }] as const)
);

describe.each(OPTIONS)('executed blocks (%s)', (_name, options) => {
    const marked = (): CanisterInstance => {
        const instance = instantiate(MODULE, { ...options, marksBlocks: true });
        instance.module.blocks!.clear();
        return instance;
    };

    it('are those on the way', () => {
        const instance = marked();
        expect([instance.module.blocks!.count, executed(instance)]).toEqual([11, []]);
        run(instance, 'choose');
        expect(executed(instance)).toEqual([0, 2, 3]);
        run(instance, 'loops');
        expect(executed(instance)).toEqual([0, 2, 3, 4, 5, 6, 7]);
    });

    it('stay executed when the message traps, and when it is undone', () => {
        const instance = marked();
        expect(trapOf(instance, 'traps')).toBe('unreachable');
        expect(executed(instance)).toEqual([8, 9]);
        const height = instance.undoHeight();
        run(instance, 'choose');
        instance.undoTo(height);
        expect(executed(instance)).toEqual([0, 2, 3, 8, 9]);
        instance.module.blocks!.clear();
        expect(executed(instance)).toEqual([]);
    });

    it('cost no steps and change nothing', () => {
        const [plain, other] = [instantiate(MODULE, options), marked()];
        const steps = [plain, other].map(instance => {
            run(instance, 'choose', 'loops');
            return instance.stepsUsed();
        });
        expect(steps[0]).toBe(steps[1]);
        expect(digest(plain)).toBe(digest(other));
        expect(plain.module.blocks).toBeUndefined();
    });
});
