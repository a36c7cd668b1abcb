/** Shortening lists that every schedule fills anew. */

/** `list.length = length` for each, which would be a call into V8 and give the room up that the next schedule needs again. */
export function truncate(length: number, ...lists: readonly unknown[][]): void {
    for (const list of lists) while (list.length > length) list.pop();
}
