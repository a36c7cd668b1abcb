/** Sets of small numbers, as rows of 32-bit words; a row that is too short holds nothing more. */
export type Bits = readonly number[];

export function has(row: Bits, index: number): boolean {
    return ((row[index >>> 5] ?? 0) & (1 << (index & 31))) !== 0;
}

/** Adds a number. */
export function add(row: number[], index: number): void {
    const word = index >>> 5;
    while (row.length <= word) row.push(0);
    row[word]! |= 1 << (index & 31);
}

/** Adds all of another set. */
export function addAll(row: number[], other: Bits): void {
    while (row.length < other.length) row.push(0);
    for (let word = 0; word < other.length; word++) row[word]! |= other[word]!;
}

/** Whether two sets have nothing in common. */
export function disjoint(a: Bits, b: Bits): boolean {
    for (let word = Math.min(a.length, b.length) - 1; word >= 0; word--) if ((a[word]! & b[word]!) !== 0) return false;
    return true;
}

/** Whether all of `a` is in `b`. */
export function within(a: Bits, b: Bits): boolean {
    for (let word = 0; word < a.length; word++) if ((a[word]! & ~(b[word] ?? 0)) !== 0) return false;
    return true;
}
