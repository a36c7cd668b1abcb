/** The same source gives the same module: in any directory, in any order, beside anything. Schedule files name modules by hash. */
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { TemporaryProject } from './temporary-project.ts';

jest.setTimeout(300_000);

const projects: TemporaryProject[] = [];

afterAll(() => projects.forEach((project) => project.remove()));

const MOTOKO = `import Array "mo:core/Array";
persistent actor { var n = 0; public func add() : async Nat { n += 1; assert n < 10; Array.size([n]) } };`;

const AZLE = `import { IDL, update } from 'azle';
export default class { n = 0n; @update([], IDL.Nat) add(): bigint { this.n += 1n; return this.n; } }`;

async function hashOf(name: string, below: string, canisters: Record<string, object>): Promise<string> {
    const project = new TemporaryProject({
        [`${below}dfx.json`]: { canisters },
        [`${below}src/a.mo`]: MOTOKO,
        [`${below}src/b.mo`]: MOTOKO.replace('10', '11'),
        [`${below}src/a.ts`]: AZLE
    }).installPackages();
    projects.push(project);
    const nested = Object.assign(Object.create(project) as TemporaryProject, { directory: project.path(below) });
    const { canisters: built } = await nested.build({ concurrency: 1 });
    return built.get(name)!.wasmHash;
}

describe('a module', () => {
    it('of Motoko does not depend on what was compiled before, nor on the directory', async () => {
        const alone = await hashOf('a', '', { a: { main: 'src/a.mo' } });
        const second = await hashOf('a', 'some/where/', { b: { main: 'src/b.mo' }, a: { main: 'src/a.mo' } });
        expect(second).toBe(alone);
    });

    it('of Azle does not depend on where the project lies', async () => {
        const declared = { a: { type: 'azle', main: 'src/a.ts' } };
        const [one, other] = [await hashOf('a', '', declared), await hashOf('a', '', declared)];
        expect(other).toBe(one);
    });
});
