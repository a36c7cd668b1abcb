/**
 * Instructions that a call of a System API function costs by itself, beside those of the bytes that it moves, which are
 * one each (ic-semantics 9).
 */

const USUAL = 500;
const UNUSUAL: ReadonlyMap<string, number> = new Map([
    ['call_new', 1_500],
    ['call_perform', 5_000],
    ['is_controller', 1_000],
    ['performance_counter', 200],
    ['debug_print', 100],
    ...['read', 'write', 'size'].flatMap((act) => [[`stable_${act}`, 20], [`stable64_${act}`, 20]] as const)
]);

/** Instructions of one call of `ic0.<name>`. */
export function overheadOf(name: string): number {
    return UNUSUAL.get(name) ?? USUAL;
}
