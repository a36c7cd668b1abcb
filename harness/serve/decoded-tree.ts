/** Hash trees that others made: of any shape, so they are checked and searched in full. */
import { compare, equal } from './bytes.ts';
import { AuthenticationError } from './errors.ts';
import { EMPTY, leaf, type HashTree } from './hash-tree.ts';
import type { Path } from './prune.ts';

const HASH_BYTES = 32;

/** The tree that CBOR carried, if it is well-formed ("Lookup"). Throws `AuthenticationError`. */
export function decodeTree(encoded: unknown): HashTree {
    const tree = nodeOf(encoded);
    if (tree.kind !== 'leaf') {
        checkForest(tree);
    }
    return tree;
}

/** The value at a path; undefined when it is not shown, whatever the reason. */
export function lookUp(tree: HashTree, path: Path): Uint8Array | undefined {
    let node = tree;
    for (const label of path) {
        const found = forestOf(node).find((each) => each.kind === 'labeled' && equal(each.label, label));
        if (found?.kind !== 'labeled') {
            return undefined;
        }
        node = found.subtree;
    }
    return node.kind === 'leaf' ? node.value : undefined;
}

function nodeOf(encoded: unknown): HashTree {
    if (!Array.isArray(encoded)) {
        throw malformed();
    }
    const [kind, first, second] = encoded as readonly unknown[];
    switch (`${String(kind)}/${encoded.length}`) {
        case '0/1':
            return EMPTY;
        case '1/3':
            return { kind: 'fork', bit: 0, left: nodeOf(first), right: nodeOf(second) };
        case '2/3':
            return { kind: 'labeled', label: blob(first), subtree: nodeOf(second) };
        case '3/2':
            return leaf(blob(first));
        case '4/2': {
            const digest = blob(first);
            if (digest.length !== HASH_BYTES) {
                throw malformed();
            }
            return { kind: 'pruned', digest };
        }
        default:
            throw malformed();
    }
}

/** "labeled subtrees appear in strictly increasing order of labels, and are not mixed with leaves" */
function checkForest(tree: HashTree): void {
    let last: Uint8Array | undefined;
    for (const node of forestOf(tree)) {
        if (node.kind === 'leaf') {
            throw malformed();
        }
        if (node.kind === 'labeled') {
            if (last !== undefined && compare(last, node.label) >= 0) {
                throw malformed();
            }
            last = node.label;
            if (node.subtree.kind !== 'leaf') {
                checkForest(node.subtree);
            }
        }
    }
}

/** "flatten_forks" */
function forestOf(tree: HashTree): HashTree[] {
    const forest: HashTree[] = [];
    const collect = (node: HashTree): void => {
        if (node.kind === 'fork') {
            collect(node.left);
            collect(node.right);
        } else if (node.kind !== 'empty') {
            forest.push(node);
        }
    };
    collect(tree);
    return forest;
}

function blob(value: unknown): Uint8Array {
    if (!ArrayBuffer.isView(value)) {
        throw malformed();
    }
    return value as Uint8Array;
}

function malformed(): AuthenticationError {
    return new AuthenticationError('Invalid signature: Invalid canister signature: a hash tree is malformed');
}
