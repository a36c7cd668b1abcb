/**
 * Showing parts of a hash tree (IC interface specification, "Certificate" and "Lookup"): what the paths name stays, and
 * where a path leads nowhere the labels around it stay, which proves that it is absent.
 */
import { compare } from './bytes.ts';
import { pruned, type HashTree } from './hash-tree.ts';

/** Labels from the root. The empty path is everything. */
export type Path = readonly Uint8Array[];

/** A path; texts are labels in UTF-8. */
export function pathOf(...labels: readonly (string | Uint8Array)[]): Path {
    return labels.map((label) => (typeof label === 'string' ? new TextEncoder().encode(label) : label));
}

/** What stays of one label of a forest: these continuations, or only the label itself when there are none. */
interface Kept {
    readonly label: Uint8Array;
    readonly rest: Path[];
}

/** The tree with everything replaced by hashes that these paths neither reach nor need. Same root hash. */
export function prune(tree: HashTree, paths: readonly Path[]): HashTree {
    if (paths.some((path) => path.length === 0)) {
        return tree;
    }
    if (paths.length === 0 || (tree.kind !== 'labeled' && tree.kind !== 'fork')) {
        // A path beyond a leaf finds nothing; that there is a leaf need not be shown, it may be somebody else's.
        return pruned(tree);
    }
    return show(tree, keptLabels(tree, paths));
}

function keptLabels(tree: HashTree, paths: readonly Path[]): Kept[] {
    const kept: Kept[] = [];
    const keep = (label: Uint8Array): Kept => {
        let found = kept.find((each) => compare(each.label, label) === 0);
        if (found === undefined) {
            found = { label, rest: [] };
            kept.push(found);
        }
        return found;
    };
    for (const [label, ...rest] of paths as readonly [Uint8Array, ...Path][]) {
        const { exact, before, after } = around(tree, label);
        if (exact !== undefined) {
            keep(exact).rest.push(rest);
            continue;
        }
        for (const neighbour of [before, after]) {
            if (neighbour !== undefined) {
                keep(neighbour);
            }
        }
    }
    return kept;
}

function show(tree: HashTree, kept: readonly Kept[]): HashTree {
    if (kept.length === 0) {
        return pruned(tree);
    }
    if (tree.kind === 'labeled') {
        const here = kept[0] as Kept;
        return { kind: 'labeled', label: tree.label, subtree: prune(tree.subtree, here.rest) };
    }
    if (tree.kind !== 'fork') {
        return tree;
    }
    const middle = end(tree.right, 'first') as Uint8Array;
    const left = show(tree.left, kept.filter(({ label }) => compare(label, middle) < 0));
    const right = show(tree.right, kept.filter(({ label }) => compare(label, middle) >= 0));
    return { kind: 'fork', bit: tree.bit, left, right };
}

interface Around {
    readonly exact?: Uint8Array;
    readonly before?: Uint8Array;
    readonly after?: Uint8Array;
}

/** The label itself, or its neighbours. */
function around(tree: HashTree, label: Uint8Array): Around {
    let node = tree;
    let before: Uint8Array | undefined;
    let after: Uint8Array | undefined;
    while (node.kind === 'fork') {
        const middle = end(node.right, 'first') as Uint8Array;
        if (compare(label, middle) < 0) {
            after = middle;
            node = node.left;
        } else {
            before = end(node.left, 'last');
            node = node.right;
        }
    }
    if (node.kind === 'labeled') {
        const order = compare(node.label, label);
        if (order === 0) {
            return { exact: node.label };
        }
        if (order < 0) {
            before = node.label;
        } else {
            after = node.label;
        }
    }
    return { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
}

function end(tree: HashTree, which: 'first' | 'last'): Uint8Array | undefined {
    let node = tree;
    while (node.kind === 'fork') {
        node = which === 'first' ? node.left : node.right;
    }
    return node.kind === 'labeled' ? node.label : undefined;
}
