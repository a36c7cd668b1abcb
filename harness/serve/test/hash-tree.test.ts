/** Hash trees against the example of the specification ("Certification", "Example"), and by their properties. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compare, hex } from '../bytes.ts';
import { encodeCbor } from '../cbor.ts';
import { digestOf, EMPTY, encodeTree, find, labels, leaf, withLabel, withoutLabel } from '../hash-tree.ts';
import type { HashTree } from '../hash-tree.ts';
import { pathOf, prune } from '../prune.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const labeled = (label: string, subtree: HashTree): HashTree => ({ kind: 'labeled', label: utf8(label), subtree });
const fork = (left: HashTree, right: HashTree): HashTree => ({ kind: 'fork', bit: 0, left, right });

// Drawn as in the specification, with a fork that has an empty side.
const EXAMPLE = fork(
    fork(
        labeled('a', fork(fork(labeled('x', leaf(utf8('hello'))), EMPTY), labeled('y', leaf(utf8('world'))))),
        labeled('b', leaf(utf8('good')))
    ),
    fork(labeled('c', EMPTY), labeled('d', leaf(utf8('morning'))))
);
const ROOT = 'eb5c5b2195e62d996b84c9bcc8259d19a83786a2f59e0878cec84c811f669aa0';

describe('the example of the specification', () => {
    it('has its root hash', () => {
        expect(hex(digestOf(EXAMPLE))).toBe(ROOT);
    });

    it('has its encoding', () => {
        expect(hex(encodeCbor(encodeTree(EXAMPLE)))).toBe(
            '8301830183024161830183018302417882034568656c6c6f810083024179820345776f726c6483024162820344676f6f64' +
                '8301830241638100830241648203476d6f726e696e67'
        );
    });

    it('is pruned as shown there, with the neighbour that proves an absence', () => {
        const shown = prune(EXAMPLE, [pathOf('a', 'y'), pathOf('ax'), pathOf('d')]);
        expect(hex(encodeCbor(encodeTree(shown)))).toBe(
            '83018301830241618301820458201b4feff9bef8131788b0c9dc6dbad6e81e524249c879e9f10f71ce3749f5a638' +
                '83024179820345776f726c64' +
                '83024162820458207b32ac0c6ba8ce35ac82c255fc7906f7fc130dab2a090f80fe12f9c2cae83ba6' +
                '830182045820ec8324b8a1f1ac16bd2e806edba78006479c9877fed4eb464a25485465af601d' +
                '830241648203476d6f726e696e67'
        );
        expect(hex(digestOf(shown))).toBe(ROOT);
    });
});

const bytes = fc.uint8Array({ maxLength: 4 });

describe('any tree', () => {
    it('does not depend on the order of insertion, and forgets what is removed', () => {
        fc.assert(
            fc.property(fc.uniqueArray(bytes, { selector: hex, maxLength: 20 }), bytes, (names, extra) => {
                const entries = names.map((name) => [name, leaf(name)] as const);
                const tree = labels(entries);
                expect(labels([...entries].reverse())).toStrictEqual(tree);
                for (const name of names) {
                    expect(find(tree, name)).toStrictEqual(leaf(name));
                }
                if (find(tree, extra) === undefined) {
                    const more = withLabel(tree, extra, leaf(utf8('extra')));
                    expect(hex(digestOf(withoutLabel(more, extra)))).toBe(hex(digestOf(tree)));
                    expect(hex(digestOf(more))).not.toBe(hex(digestOf(tree)));
                }
            })
        );
    });

    it('has its labels in ascending order', () => {
        fc.assert(
            fc.property(fc.uniqueArray(bytes, { selector: hex, maxLength: 20 }), (names) => {
                const shown = flatten(labels(names.map((name) => [name, EMPTY])));
                expect(shown.map(hex)).toStrictEqual([...names].sort(compare).map(hex));
            })
        );
    });

    it('keeps its hash when pruned, shows what was asked for, and proves what is absent', () => {
        const names = fc.uniqueArray(bytes, { selector: hex, maxLength: 20 });
        fc.assert(
            fc.property(names, bytes, (present, asked) => {
                const tree = labels(present.map((name) => [name, leaf(name)]));
                const shown = prune(tree, [[asked]]);
                expect(hex(digestOf(shown))).toBe(hex(digestOf(tree)));
                const before = [...present].sort(compare).filter((name) => compare(name, asked) < 0).at(-1);
                const after = [...present].sort(compare).find((name) => compare(name, asked) > 0);
                const found = present.find((name) => compare(name, asked) === 0);
                const expected = found === undefined ? [before, after].filter((name) => name !== undefined) : [found];
                expect(flatten(shown).map(hex)).toStrictEqual(expected.map(hex));
            })
        );
    });
});

/** Labels that are shown, in order. */
function flatten(tree: HashTree): Uint8Array[] {
    switch (tree.kind) {
        case 'fork':
            return [...flatten(tree.left), ...flatten(tree.right)];
        case 'labeled':
            return [tree.label];
        default:
            return [];
    }
}
