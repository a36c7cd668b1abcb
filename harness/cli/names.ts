/** Which scenarios a command line means: exact names, families (`vault-stale`) and globs (`vault-{stale,rollback}*`). */
import { distance } from 'fastest-levenshtein';
import picomatch from 'picomatch';
import { UnknownScenarioError } from './errors.ts';

const NEAREST_MAX = 3;

/**
 * Ids selected by `wanted`, in the order of `ids`, each once; all of them when nothing is wanted. A family's name
 * selects everything in it: `vault-stale` means `vault-stale/*`, and `vault-*` what is in all families of vaults. Pure.
 * Throws UnknownScenarioError, with the nearest names, for the first name that selects nothing.
 */
export function selectNames(ids: readonly string[], wanted: readonly string[]): string[] {
    if (wanted.length === 0) return [...ids];
    const selected = new Set<string>();
    for (const name of wanted) {
        const matches = ids.filter(matcher(name));
        if (matches.length === 0) throw new UnknownScenarioError(name, nearest(ids, name));
        for (const id of matches) selected.add(id);
    }
    return ids.filter(id => selected.has(id));
}

/** A name or glob selects an id when it matches the id or a family above it. */
function matcher(name: string): (id: string) => boolean {
    const isGlob = picomatch(name);
    return id => {
        const parts = id.split('/');
        return parts.some((_part, depth) => {
            const above = parts.slice(0, depth + 1).join('/');
            return above === name || isGlob(above);
        });
    };
}

/** At most three ids that `name` may be a misspelling of, best first; also compares with the last part of an id. Pure. */
export function nearest(ids: readonly string[], name: string): string[] {
    const far = Math.max(2, Math.floor(name.length / 2));
    return ids
        .map(id => ({ id, far: Math.min(distance(name, id), ...id.split('/').map(part => distance(name, part) + 1)) }))
        .filter(candidate => candidate.far <= far)
        .sort((a, b) => a.far - b.far || (a.id < b.id ? -1 : 1))
        .slice(0, NEAREST_MAX)
        .map(candidate => candidate.id);
}
