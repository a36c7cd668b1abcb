/** Fewer deviations that still make the suite fail: halves first, then one by one (Zeller & Hildebrandt 2002, ddmin, in short). */
import type { Deviation } from './run-file.ts';

interface Shrinking {
    /** Runs the suite with these deviations only. */
    readonly fails: (deviations: readonly Deviation[]) => Promise<boolean>;
    readonly mayGoOn: () => boolean;
}

export interface Shrunk {
    readonly deviations: readonly Deviation[];
    /** Whether nothing more can be left out. */
    readonly complete: boolean;
}

/** `deviations` itself is taken to fail. One-minimal when it is complete. */
export async function shrinkDeviations(all: readonly Deviation[], { fails, mayGoOn }: Shrinking): Promise<Shrunk> {
    let deviations = all;
    for (let size = Math.ceil(all.length / 2); size >= 1;) {
        let removed = false;
        for (let from = 0; from < deviations.length;) {
            if (!mayGoOn()) return { deviations, complete: false };
            const candidate = deviations.filter((_each, index) => index < from || index >= from + size);
            if (await fails(candidate)) {
                deviations = candidate;
                removed = true;
            } else from += size;
        }
        // Leaving one out may make another one needless: once more, until a whole pass finds nothing.
        if (size > 1) size = Math.ceil(size / 2);
        else if (!removed) break;
    }
    return { deviations, complete: true };
}
