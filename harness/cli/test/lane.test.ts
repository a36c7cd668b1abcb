/** One worker thread: what becomes of a task when the thread that was started for it is gone by then. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { Lane } from '../lane.ts';
import type { ReplayTask } from '../protocol.ts';

const directory = mkdtempSync(join(tmpdir(), 'interleave-lane-'));
afterAll(() => rmSync(directory, { recursive: true }));

const NOWHERE = {
    kind: 'replay',
    project: directory,
    path: join(directory, 'none.invariant.ts'),
    schedule: {},
    canisters: []
} as unknown as ReplayTask;

it('a worker that died before there was anything to do is replaced', async () => {
    const poison = join(directory, 'poison.cjs');
    writeFileSync(poison, `if (!require('node:worker_threads').isMainThread) throw new Error('not today');`);
    const { NODE_OPTIONS: before } = process.env;
    process.env['NODE_OPTIONS'] = `--require ${poison}`;
    const lane = new Lane({ flag: new Int32Array(1), jobs: new Int32Array(1) });
    const died = new Promise(resolve => {
        lane.onStray = (_job, error) => resolve(error);
    });
    expect(await died).toMatchObject({ message: 'not today' });
    // The next one dies of the same: that is told, too.
    expect(await lane.run(NOWHERE)).toMatchObject({ cause: { message: 'not today' } });
    if (before === undefined) delete process.env['NODE_OPTIONS'];
    else process.env['NODE_OPTIONS'] = before;
    const again = new Lane({ flag: new Int32Array(1), jobs: new Int32Array(1) });
    expect(await again.run(NOWHERE)).toMatchObject({ reply: { kind: 'replay-failed' } });
    await Promise.all([lane.close(), again.close()]);
}, 60_000);
