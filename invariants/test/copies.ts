/** Which mutations can share an edited copy of the canisters: those that no scenario of another one notices. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { CallSpec, Scenario } from '../../harness/index.ts';
import type { Edit, Mutation } from './edits.ts';

/** A mutation with the source that it edits, as a path from the root. */
export interface Placed {
    readonly file: string;
    readonly mutation: Mutation;
}

/** The scenarios that a mutation speaks of. */
function scenariosOf({ breaks = [], mends = [] }: Mutation): readonly string[] {
    return [...breaks, ...mends];
}

/**
 * Distributes mutations over as few copies as first fit finds, so that what a scenario is run on differs from the original in
 * its own mutation only: one compilation a copy and canister, not one a mutation. Deterministic; reads the sources.
 */
export function copiesOf(root: string, all: readonly Placed[], scenarioOf: (id: string) => Scenario): Placed[][] {
    const copies: Placed[][] = [];
    const touched = new Map(all.map((each) => [each, methodsEdited(root, each)]));
    const calledBy = ({ mutation }: Placed): readonly string[] =>
        scenariosOf(mutation).flatMap((id) => methodsCalled(scenarioOf(id)));
    const called = new Map(all.map((each) => [each, calledBy(each)]));
    const notices = (one: Placed, other: Placed): boolean =>
        one.file === other.file && called.get(one)!.some((method) => touched.get(other)!.includes(method));
    for (const each of all) {
        const free = copies.find((copy) => !copy.some((other) => notices(each, other) || notices(other, each)));
        if (free === undefined) copies.push([each]);
        else free.push(each);
    }
    return copies;
}

/** All edits of a copy by file. */
export function editsOf(copy: readonly Placed[]): ReadonlyMap<string, readonly Edit[]> {
    const files = new Set(copy.map(({ file }) => file));
    return new Map([...files].map((file) => {
        const here = copy.filter((each) => each.file === file);
        return [file, here.flatMap(({ mutation }) => mutation.edits)];
    }));
}

/** Names of the methods in which the edits of a mutation stand. */
function methodsEdited(root: string, { file, mutation }: Placed): readonly string[] {
    const source = readFileSync(join(root, file), 'utf8');
    return mutation.edits.map(({ find }) => {
        const upTo = source.slice(0, source.indexOf(find) + find.length);
        return [...upTo.matchAll(/\bfunc (\w+)/g)].at(-1)![1]!;
    });
}

/** Names of the methods that a scenario calls; of a generated program those that a sample of it calls. */
function methodsCalled({ calls }: Scenario): readonly string[] {
    const programs = Array.isArray(calls)
        ? [calls as readonly CallSpec[]]
        : fc.sample(calls as fc.Arbitrary<readonly CallSpec[]>, { seed: 1, numRuns: 50 });
    return [...new Set(programs.flat().map(({ method }) => method))];
}
