/**
 * Hash trees (IC interface specification, "Certification"): labelled data under one root hash, of which parts can be
 * shown and the rest be replaced by hashes.
 *
 * The specification leaves open how forks are shaped. Here they form a binary trie over the labels, so that a tree
 * with thousands of requests changes at the cost of one path, and equal content has equal hashes. Nodes are immutable.
 */
import { sha256 } from '@noble/hashes/sha2';
import { concat, equal } from './bytes.ts';

/** A fork's `bit` is the first bit in which its left and right labels differ. Digests are computed once. */
export type HashTree =
    | { readonly kind: 'empty' }
    | {
          readonly kind: 'fork';
          readonly bit: number;
          readonly left: HashTree;
          readonly right: HashTree;
          digest?: Uint8Array;
      }
    | { readonly kind: 'labeled'; readonly label: Uint8Array; readonly subtree: HashTree; digest?: Uint8Array }
    | { readonly kind: 'leaf'; readonly value: Uint8Array; digest?: Uint8Array }
    | { readonly kind: 'pruned'; readonly digest: Uint8Array };

type Labeled = Extract<HashTree, { kind: 'labeled' }>;

/** What CBOR carries: a tag and its operands. */
export type EncodedTree = readonly [number, ...(EncodedTree | Uint8Array)[]];

export const EMPTY: HashTree = { kind: 'empty' };

const BITS_PER_BYTE = 9;
const SEPARATORS = {
    empty: separator('ic-hashtree-empty'),
    fork: separator('ic-hashtree-fork'),
    labeled: separator('ic-hashtree-labeled'),
    leaf: separator('ic-hashtree-leaf')
};
const EMPTY_DIGEST = sha256(SEPARATORS.empty);

/** A domain separator: length in one byte, then the text. */
export function separator(text: string): Uint8Array {
    return concat(Uint8Array.of(text.length), new TextEncoder().encode(text));
}

export function leaf(value: Uint8Array): HashTree {
    return { kind: 'leaf', value };
}

/** A tree with these labels. */
export function labels(entries: Iterable<readonly [string | Uint8Array, HashTree]>): HashTree {
    let tree = EMPTY;
    for (const [label, subtree] of entries) {
        tree = withLabel(tree, typeof label === 'string' ? new TextEncoder().encode(label) : label, subtree);
    }
    return tree;
}

/** The tree with this label added or replaced. Cost: its depth. */
export function withLabel(tree: HashTree, label: Uint8Array, subtree: HashTree): HashTree {
    const added: Labeled = { kind: 'labeled', label, subtree };
    const nearest = descend(tree, label);
    if (nearest === undefined) {
        return added;
    }
    const difference = firstDifference(nearest.label, label);
    return difference === undefined ? replace(tree, added) : insert(tree, added, difference);
}

/** The tree without this label. */
export function withoutLabel(tree: HashTree, label: Uint8Array): HashTree {
    if (tree.kind === 'labeled') {
        return equal(tree.label, label) ? EMPTY : tree;
    }
    if (tree.kind !== 'fork') {
        return tree;
    }
    const goRight = bitAt(label, tree.bit) === 1;
    const child = withoutLabel(goRight ? tree.right : tree.left, label);
    const other = goRight ? tree.left : tree.right;
    if (child.kind === 'empty') {
        return other;
    }
    const [left, right] = goRight ? [other, child] : [child, other];
    return { kind: 'fork', bit: tree.bit, left, right };
}

/** What stands under a label; undefined when it is not there. */
export function find(tree: HashTree, label: Uint8Array): HashTree | undefined {
    const nearest = descend(tree, label);
    return nearest !== undefined && equal(nearest.label, label) ? nearest.subtree : undefined;
}

/** The root hash ("reconstruct"). */
export function digestOf(tree: HashTree): Uint8Array {
    switch (tree.kind) {
        case 'empty':
            return EMPTY_DIGEST;
        case 'pruned':
            return tree.digest;
        case 'leaf':
            tree.digest ??= sha256(concat(SEPARATORS.leaf, tree.value));
            return tree.digest;
        case 'labeled':
            tree.digest ??= sha256(concat(SEPARATORS.labeled, tree.label, digestOf(tree.subtree)));
            return tree.digest;
        case 'fork':
            tree.digest ??= sha256(concat(SEPARATORS.fork, digestOf(tree.left), digestOf(tree.right)));
            return tree.digest;
    }
}

/** The same tree with nothing shown. */
export function pruned(tree: HashTree): HashTree {
    return tree.kind === 'empty' || tree.kind === 'pruned' ? tree : { kind: 'pruned', digest: digestOf(tree) };
}

/** As CBOR has it: [0], [1, left, right], [2, label, tree], [3, value], [4, hash]. */
export function encodeTree(tree: HashTree): EncodedTree {
    switch (tree.kind) {
        case 'empty':
            return [0];
        case 'fork':
            return [1, encodeTree(tree.left), encodeTree(tree.right)];
        case 'labeled':
            return [2, tree.label, encodeTree(tree.subtree)];
        case 'leaf':
            return [3, tree.value];
        case 'pruned':
            return [4, tree.digest];
    }
}

/** The labelled node that shares the longest path with `label`, if there is any. */
function descend(tree: HashTree, label: Uint8Array): Labeled | undefined {
    let node = tree;
    while (node.kind === 'fork') {
        node = bitAt(label, node.bit) === 1 ? node.right : node.left;
    }
    return node.kind === 'labeled' ? node : undefined;
}

function replace(tree: HashTree, added: Labeled): HashTree {
    if (tree.kind !== 'fork') {
        return added;
    }
    return bitAt(added.label, tree.bit) === 1
        ? { kind: 'fork', bit: tree.bit, left: tree.left, right: replace(tree.right, added) }
        : { kind: 'fork', bit: tree.bit, left: replace(tree.left, added), right: tree.right };
}

function insert(tree: HashTree, added: Labeled, bit: number): HashTree {
    if (tree.kind === 'fork' && tree.bit < bit) {
        return bitAt(added.label, tree.bit) === 1
            ? { kind: 'fork', bit: tree.bit, left: tree.left, right: insert(tree.right, added, bit) }
            : { kind: 'fork', bit: tree.bit, left: insert(tree.left, added, bit), right: tree.right };
    }
    return bitAt(added.label, bit) === 1
        ? { kind: 'fork', bit, left: tree, right: added }
        : { kind: 'fork', bit, left: added, right: tree };
}

/**
 * Labels as bit strings whose order is that of the labels: before each byte a 1, after the last a 0, so that a label
 * comes before those that it is the beginning of.
 */
function bitAt(label: Uint8Array, bit: number): 0 | 1 {
    const byte = label[Math.floor(bit / BITS_PER_BYTE)];
    const within = bit % BITS_PER_BYTE;
    if (byte === undefined) {
        return 0;
    }
    return within === 0 ? 1 : (((byte >> (BITS_PER_BYTE - 1 - within)) & 1) as 0 | 1);
}

function firstDifference(a: Uint8Array, b: Uint8Array): number | undefined {
    for (let at = 0; at < a.length || at < b.length; at++) {
        if (a[at] !== b[at]) {
            for (let bit = at * BITS_PER_BYTE; ; bit++) {
                if (bitAt(a, bit) !== bitAt(b, bit)) {
                    return bit;
                }
            }
        }
    }
    return undefined;
}
