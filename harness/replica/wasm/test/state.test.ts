import { describe, expect, it } from '@jest/globals';
import { digest, ENGINES, instantiate, run, trapOf } from './wat.ts';

const GLOBALS = `(module (memory 1)
    (global $i (mut i32) (i32.const -1)) (global $constant i32 (i32.const 5)) (global $l (mut i64) (i64.const 2))
    (global $f (mut f32) (f32.const 3)) (global $d (mut f64) (f64.const 4))
    (global $v (mut v128) (v128.const i64x2 5 6))
    (func (export "i") (global.set $i (i32.add (global.get $i) (i32.const 1))))
    (func (export "l") (global.set $l (i64.add (global.get $l) (i64.const 1))))
    (func (export "f") (global.set $f (f32.const nan:0x200001)))
    (func (export "d") (global.set $d (f64.const -0)))
    (func (export "v") (global.set $v (v128.const i64x2 5 7)))
    (func (export "show") (i32.store (i32.const 0) (global.get $i)) (i64.store (i32.const 8) (global.get $l))
        (f32.store (i32.const 16) (global.get $f)) (f64.store (i32.const 24) (global.get $d))
        (v128.store (i32.const 32) (global.get $v)) (i32.store (i32.const 48) (global.get $constant)))
    (func (export "grow") (drop (memory.grow (i32.const 1)))))`;

describe.each(ENGINES)('in the %s engine', memory => {
    it.each(['i', 'l', 'f', 'd', 'v'])('a change of global %s alone is committed, undone and aborted', name => {
        const instance = instantiate(GLOBALS, { memory });
        run(instance, 'show');
        const shown = [...instance.read(0, 64)];
        const before = digest(instance);
        const height = instance.undoHeight();
        expect(run(instance, name)).toBe(true);
        expect(digest(instance)).not.toBe(before);
        run(instance, 'show');
        expect([...instance.read(0, 64)]).not.toEqual(shown);
        instance.undoTo(height);
        expect(digest(instance)).toBe(before);
        instance.begin(100);
        instance.call(name);
        instance.abort();
        expect(digest(instance)).toBe(before);
        expect(run(instance, 'show')).toBe(false);
        expect([...instance.read(0, 64)]).toEqual(shown);
    });

    it('globals follow into and out of the state after the undo of a growth', () => {
        const instance = instantiate(GLOBALS, { memory });
        run(instance, 'i', 'l', 'f', 'd', 'v');
        const height = instance.undoHeight();
        run(instance, 'grow');
        instance.undoTo(height);
        run(instance, 'i', 'show');
        const shown = new DataView(instance.read(0, 64).buffer);
        expect(shown.getInt32(0, true)).toBe(1);
        expect(shown.getBigInt64(8, true)).toBe(3n);
        expect(shown.getUint32(16, true)).toBe(0x7fa0_0001);
        expect(shown.getFloat64(24, true)).toBe(-0);
        expect(shown.getBigInt64(40, true)).toBe(7n);
        // Grows again: real and virtual size are equal again.
        run(instance, 'grow');
        run(instance, 'i', 'show');
        expect(new DataView(instance.read(0, 4).buffer).getInt32(0, true)).toBe(2);
    });

    it('a dropped data segment is empty, until the drop is undone or aborted', () => {
        const instance = instantiate(`(module (memory 1) (data $p "passive") (data $a (i32.const 100) "active")
            (func (export "drop") (data.drop $p))
            (func (export "init") (memory.init $p (i32.const 0) (i32.const 0) (i32.const 7)))
            (func (export "initNothing") (memory.init $p (i32.const 65536) (i32.const 0) (i32.const 0)))
            (func (export "initActive") (memory.init $a (i32.const 0) (i32.const 0) (i32.const 1)))
            (func (export "dropActive") (data.drop $a)))`, { memory });
        expect(new TextDecoder().decode(instance.read(100, 6))).toBe('active');
        const before = digest(instance);
        instance.begin(100);
        instance.call('drop');
        expect(digest(instance)).not.toBe(before);
        expect(() => instance.call('init')).toThrow(expect.objectContaining({ kind: 'heap out of bounds' }));
        instance.abort();
        expect(digest(instance)).toBe(before);
        expect(run(instance, 'drop')).toBe(true);
        expect(trapOf(instance, 'init')).toBe('heap out of bounds');
        expect(trapOf(instance, 'initNothing')).toBe('none');
        instance.undoTo(0);
        expect(digest(instance)).toBe(before);
        expect(trapOf(instance, 'init')).toBe('none');
        expect(new TextDecoder().decode(instance.read(0, 7))).toBe('passive');
        expect(trapOf(instance, 'initActive')).toBe('heap out of bounds');
        expect(trapOf(instance, 'dropActive')).toBe('none');
    });

    it('bulk instructions over many pages are committed, undone and aborted', () => {
        const instance = instantiate(`(module (memory 3) (data $p "0123456789")
            (func (export "fill") (memory.fill (i32.const 4000) (i32.const 9) (i32.const 20000)))
            (func (export "copy") (memory.copy (i32.const 70001) (i32.const 3990) (i32.const 30000)))
            (func (export "overlap") (memory.copy (i32.const 4100) (i32.const 3990) (i32.const 9000)))
            (func (export "init") (memory.init $p (i32.const 8190) (i32.const 2) (i32.const 8))))`, { memory });
        const heights = [0];
        const digests = [digest(instance)];
        for (const name of ['fill', 'copy', 'overlap', 'init']) {
            instance.begin(10_000);
            instance.call(name);
            instance.abort();
            expect(digest(instance)).toBe(digests.at(-1));
            expect(run(instance, name)).toBe(true);
            heights.push(instance.undoHeight());
            digests.push(digest(instance));
        }
        expect(new Set(digests).size).toBe(5);
        for (let step = 3; step >= 0; step--) {
            instance.undoTo(heights[step] ?? 0);
            expect(digest(instance)).toBe(digests[step]);
        }
    });

    it('forget keeps what is committed and the height is 0 again', () => {
        const instance = instantiate(GLOBALS, { memory });
        run(instance, 'show');
        run(instance, 'i');
        const before = digest(instance);
        expect(instance.undoHeight()).toBeGreaterThan(0);
        instance.forget();
        expect(instance.undoHeight()).toBe(0);
        expect(digest(instance)).toBe(before);
        run(instance, 'i');
        instance.undoTo(0);
        expect(digest(instance)).toBe(before);
        expect(() => instance.undoTo(5)).toThrow('undo height');
    });

    it('an upgrade that keeps the heap starts with its bytes and with new globals, without active segments', () => {
        const text = (value: number): string => `(module (memory 1) (global $g (mut i32) (i32.const ${value}))
            (data (i32.const 0) "fresh") (func (export "grow") (drop (memory.grow (i32.const 1))))
            (func (export "set") (global.set $g (i32.const 9)) (i32.store (i32.const 65536) (i32.const 77)))
            (func (export "clear") (i32.store (i32.const 0) (i32.const 0)))
            (func (export "show") (i32.store (i32.const 8) (global.get $g))))`;
        const old = instantiate(text(1), { memory });
        run(old, 'grow', 'set', 'clear');
        const { module } = instantiate(text(2), { memory });
        const kept = module.instantiate({}, { heapBytesMax: 2 ** 20, callDepthMax: 10 }, old);
        expect(kept.heapBytes()).toBe(2 * 65_536);
        expect([...kept.read(0, 4), ...kept.read(65_536, 1)]).toEqual([0, 0, 0, 0, 77]);
        expect(kept.undoHeight()).toBe(0);
        run(kept, 'show');
        expect([...kept.read(8, 1)]).toEqual([2]);
        kept.undoTo(0);
        expect([...kept.read(8, 1)]).toEqual([0]);
        // A larger minimum than what is kept: the rest is zero, active segments are not applied there either.
        const larger = instantiate('(module (memory 3) (data (i32.const 140000) "fresh"))', { memory }).module;
        const grown = larger.instantiate({}, { heapBytesMax: 2 ** 20, callDepthMax: 10 }, old);
        expect([...grown.read(65_536, 1), ...grown.read(140_000, 1)]).toEqual([77, 0]);
        expect(() => larger.instantiate({}, { heapBytesMax: 2 * 65_536, callDepthMax: 10 }, old))
            .toThrow(expect.objectContaining({ kind: 'heap limit' }));
    });
});

it('both engines give the same digest', () => {
    const digests = ENGINES.map(memory => {
        const instance = instantiate(GLOBALS, { memory });
        run(instance, 'i', 'l', 'f', 'd', 'v', 'show', 'grow');
        return digest(instance);
    });
    expect(digests[0]).toBe(digests[1]);
});

it('the undo stack has a limit, and a commit beyond it can be aborted', () => {
    const instance = instantiate(`(module (memory 16) (global $x (mut i32) (i32.const 0))
        (func (export "fill") (global.set $x (i32.add (global.get $x) (i32.const 1)))
            (memory.fill (i32.const 0) (global.get $x) (i32.const 1048576))))`, {
        limits: { undoBytesMax: 3 * 2 ** 20 }
    });
    run(instance, 'fill');
    const committed = digest(instance);
    run(instance, 'fill');
    instance.begin(100_000);
    instance.call('fill');
    expect(() => instance.commit()).toThrow(expect.objectContaining({ code: 'undo-limit', undoBytesMax: 3 * 2 ** 20 }));
    instance.abort();
    instance.undoTo(instance.undoHeight() / 2);
    expect(digest(instance)).toBe(committed);
});
