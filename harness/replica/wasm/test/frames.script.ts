/**
 * How deep a function with a large frame can recurse in a thread like those that explore: prints `[depth, depth when hot]`. The frame
 * is the largest that counts as one call.
 */
import { isMainThread, Worker } from 'node:worker_threads';
import { instantiate } from './wat.ts';

const LOCALS = 1_023;
const each = (text: (index: number) => string): string => Array.from({ length: LOCALS }, (_, at) => text(at)).join('');

/** All locals hold vectors of 16 bytes from memory, and are needed after the call. */
const TEXT = `(module (memory 1)
    (func $down ${each(() => '(local v128)')}
        (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
        ${each(index => `(local.set ${index} (v128.load (i32.const ${index})))`)}
        (call $down)
        ${each(index => `(v128.store (i32.const 16) (local.get ${index}))`)})
    (func (export "f") (call $down)))`;

function depths(): number[] {
    const instance = instantiate(TEXT, { limits: { callDepthMax: 10_000 } });
    const reached = (): number => {
        instance.begin(1e12);
        try {
            instance.call('f');
        } catch (error) {
            // Our own counter ends it as a trap; the thread's end would be a RangeError.
            const { name } = (error as Error).cause as Error;
            if (name !== 'RuntimeError') throw error;
        }
        const depth = new DataView(instance.read(0, 4).buffer).getInt32(0, true);
        instance.abort();
        return depth;
    };
    const cold = reached();
    for (let round = 0; round < 30; round++) reached();
    return [cold, reached()];
}

if (isMainThread) {
    // As in `harness/cli/pool.ts`.
    new Worker(new URL(import.meta.url), { resourceLimits: { stackSizeMb: 256 } });
} else {
    process.stdout.write(JSON.stringify(depths()));
}
