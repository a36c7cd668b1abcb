/** A process that is started ends with everything that it has started itself. */
import { afterAll, describe, expect, it } from '@jest/globals';
import { Child } from '../child.ts';

const LOOK_MS = 10;
const started: number[] = [];
afterAll(() => {
    for (const pid of started.filter(isAlive)) process.kill(pid, 'SIGKILL');
});

function isAlive(pid: number): boolean {
    try {
        return process.kill(pid, 0);
    } catch {
        return false;
    }
}

/** A shell that starts another process, and then does what `after` says; gives the other process's id. */
async function withGrandchild(after: string): Promise<{ readonly child: Child; readonly pid: number }> {
    const child = new Child('/bin/sh', ['-c', `sleep 60 & echo $!; ${after}`], ['ignore', 'pipe', 'pipe']);
    const text = await new Promise<string>(done => child.process.stdout!.setEncoding('utf8').once('data', done));
    started.push(Number(text));
    return { child, pid: Number(text) };
}

/** A process that was killed is still there until the system has seen to it. */
async function isGone(pid: number): Promise<boolean> {
    for (let look = 0; look < 500 && isAlive(pid); look++) await new Promise(done => setTimeout(done, LOOK_MS));
    return !isAlive(pid);
}

describe('a child', () => {
    it.each([
        ['that is killed', 'wait', (child: Child) => Promise.resolve(child.kill())],
        ['that is asked to end', 'wait', (child: Child) => child.close()],
        ['that ends by itself', 'exit 3', (child: Child) => child.exit]
    ])('%s leaves nothing behind', async (_, after, act) => {
        const { child, pid } = await withGrandchild(after);
        await act(child);
        await child.exit;
        expect(await isGone(pid)).toBe(true);
        expect(child.ended).toMatch(/^ended \((?:SIGKILL|SIGTERM|code 3)\)$/);
    });
});
