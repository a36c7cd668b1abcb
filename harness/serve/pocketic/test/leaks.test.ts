/** What clients drop is gone: the small version of `bench/long/instances.ts`. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from '@jest/globals';
import { PocketIc } from '@dfinity/pic';
import { startServer } from './world.ts';

const INSTANCES = 20;

it('nothing holds an instance that was deleted, live or not, by many clients at once', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const server = await startServer();
    const held = new Map<number, WeakRef<object>>();
    const ports: number[] = [];
    const client = async (number: number): Promise<void> => {
        const pic = await PocketIc.create(server.url);
        await pic.createCanister();
        await pic.tick();
        if (number % 5 === 0) ports.push(await pic.makeLive());
        await pic.tearDown();
    };
    const keptOne = await PocketIc.create(server.url);
    const { instance } = server.instances.get(0);
    const clients = Array.from({ length: INSTANCES }, (_, number) => client(number));
    // What is seen while it is there is watched.
    while (server.instances.list().length <= INSTANCES) {
        await new Promise((done) => setTimeout(done, 1));
        watch();
    }
    await Promise.all(clients);
    expect(held.size).toBeGreaterThan(0);
    for (let times = 0; times < 20 && left().length > 0; times++) {
        await new Promise((done) => setTimeout(done, 10));
        collect();
    }
    expect(left()).toEqual([]);
    expect(server.instances.list()).toEqual(['Available', ...Array<string>(INSTANCES).fill('Deleted')]);
    expect(server.instances.get(0).instance).toBe(instance);
    for (const port of ports) await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow('fetch failed');
    await keptOne.tearDown();
    await server.close();
    expect(server.errors).toEqual([]);

    function watch(): void {
        for (let number = 1; number < server.instances.list().length; number++) {
            if (server.instances.has(number)) held.set(number, new WeakRef(server.instances.get(number).instance));
        }
    }

    function left(): number[] {
        return [...held].flatMap(([number, each]) => (each.deref() === undefined ? [] : [number]));
    }
});
