/**
 * The one way in which host state changes: every mutation leaves behind what undoes it. A trap undoes back to the start
 * of the execution, `rollback` undoes back to a mark; both cost what was changed, never what exists.
 *
 * Entries are three parallel arrays instead of closures: the hot path allocates nothing here.
 */
import { assignProperty, propertyOf, type Properties } from './properties.ts';

/** Puts `old` back into `target`. Must not journal anything itself. */
export type Undo<Target extends object, Old> = (target: Target, old: Old) => void;

type AnyUndo = Undo<object, unknown>;

/** What has counts that nearly every message changes: they are kept, and put back, all at once. */
export interface Counting {
    /** The epoch in which they were kept last. */
    keptIn: number;
    /** Writes them; returns the place after the last. */
    counts(into: Float64Array, at: number): number;
    /** Takes them back from where `counts` wrote them. */
    putBack(from: Float64Array, at: number): void;
}

/** More than anything counts. */
const COUNTS_MAX = 16;

/** Entries that `set` looks back at; what a System API function changes is at most three properties. */
const RECENT = 4;

/** See above. Positions are lengths: going back to one undoes everything recorded after it. */
export class Journal {
    /** Number of entries. A position in the journal names a state of the subnet. */
    length = 0;
    /**
     * Grows at every point that state may come back to (start of an execution, mark); never falls. What was copied in
     * the current epoch need not be copied again: this is what makes stable memory copy-on-write.
     */
    epoch = 1;

    // Nothing goes back to a position above the last savepoint, so a property is recorded once above it (see `set`).
    #savepoint = 0;

    // A string undo is the name of the property that `set` changed, a number the place from which `remove` took an item,
    // `true` stands for counts that `keep` has kept.
    readonly #undo: (string | number | true | AnyUndo)[] = [];
    readonly #target: object[] = [];
    readonly #old: unknown[] = [];
    #oldest: AnyUndo | undefined = undefined;
    /** What `keep` has kept, as far as `#kept`. */
    #counts = new Float64Array(1024);
    #kept = 0;
    /** Targets of `#oldest`, each with what it is to be undone to. Empty but within `undoTo`. */
    readonly #postponed: unknown[] = [];

    /** A position that state may come back to. */
    savepoint(): number {
        this.epoch++;
        this.#savepoint = this.length;
        return this.length;
    }

    /** Assigns a property. */
    set<Target extends object, Key extends keyof Target & string>(target: Target, key: Key, value: Target[Key]): void {
        const properties = target as unknown as Properties;
        const old = propertyOf(properties, key);
        if (old === value) {
            return;
        }
        if (!this.#isRecorded(key, target)) {
            this.#record(key, target, old);
        }
        assignProperty(properties, key, value);
    }

    /**
     * To be called before the caller changes counts of `target`. They are written down once an epoch, since nobody goes back
     * to anywhere within one, and without allocating anything.
     */
    keep(target: Counting): void {
        if (target.keptIn === this.epoch) {
            return;
        }
        target.keptIn = this.epoch;
        if (this.#counts.length < this.#kept + COUNTS_MAX) {
            const more = new Float64Array(2 * this.#counts.length);
            more.set(this.#counts);
            this.#counts = more;
        }
        this.#record(true, target, this.#kept);
        this.#kept = target.counts(this.#counts, this.#kept);
    }

    /** Records that `undo(target, old)` takes back a change that the caller makes now. */
    defer<Target extends object, Old>(undo: Undo<Target, Old>, target: Target, old: Old): void {
        this.#record(undo as AnyUndo, target, old);
    }

    /**
     * The same for something that goes back over many of its points at once (the undo stack of an instance): of each target, only
     * the oldest point that is gone back to is undone, after everything else. There is one such `undo`.
     */
    deferOldest<Target extends object, Old>(undo: Undo<Target, Old>, target: Target, old: Old): void {
        this.#oldest = undo as AnyUndo;
        this.#record(undo as AnyUndo, target, old);
    }

    push<Item>(array: Item[], item: Item): void {
        this.#record(undoPush as AnyUndo, array, undefined);
        array.push(item);
    }

    insert<Item>(array: Item[], index: number, item: Item): void {
        this.#record(undoInsert as AnyUndo, array, index);
        insertAt(array, index, item);
    }

    remove<Item>(array: Item[], index: number): void {
        this.#record(index, array, array[index]);
        removeAt(array, index);
    }

    mapSet<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
        this.#record(undoMapSet as AnyUndo, map, { key, had: map.has(key), value: map.get(key) });
        map.set(key, value);
    }

    /** The same for a key that the map does not have. */
    mapAdd<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
        this.#record(undoMapAdd as AnyUndo, map, key);
        map.set(key, value);
    }

    /** Undoes every entry above `position`, newest first. */
    undoTo(position: number): void {
        while (this.length > position) {
            const at = --this.length;
            const undo = this.#undo[at] as string | number | true | AnyUndo;
            const target = this.#target[at] as object;
            if (typeof undo === 'string') {
                assignProperty(target as Properties, undo, this.#old[at]);
            } else if (typeof undo === 'number') {
                insertAt(target as unknown[], undo, this.#old[at]);
            } else if (undo === true) {
                this.#kept = this.#old[at] as number;
                (target as Counting).putBack(this.#counts, this.#kept);
            } else if (undo === this.#oldest) {
                this.#postpone(target, this.#old[at]);
            } else {
                undo(target, this.#old[at]);
            }
            this.#old[at] = undefined;
        }
        for (let at = 0; at < this.#postponed.length; at += 2) {
            this.#oldest?.(this.#postponed[at] as object, this.#postponed[at + 1]);
        }
        if (this.#postponed.length > 0) {
            this.#postponed.length = 0;
        }
        this.epoch++;
        this.#savepoint = this.length;
    }

    /** Forgets how to undo: what happened stays. */
    forget(): void {
        // Slots are reused; a long history is dropped so that it does not keep old instances and pages alive.
        if (this.length > 4096) {
            this.#undo.length = 0;
            this.#target.length = 0;
            this.#old.length = 0;
        }
        this.length = 0;
        this.#kept = 0;
        this.#savepoint = 0;
    }

    /**
     * Whether one of the latest entries holds what the property was at the last savepoint. A canister that sets its
     * timer or moves cycles in a loop would otherwise fill the journal; such loops change few properties in turn.
     */
    #isRecorded(key: string, target: object): boolean {
        const first = Math.max(this.#savepoint, this.length - RECENT);
        for (let at = this.length - 1; at >= first; at--) {
            if (this.#target[at] === target && this.#undo[at] === key) {
                return true;
            }
        }
        return false;
    }

    #postpone(target: object, old: unknown): void {
        const postponed = this.#postponed;
        for (let at = 0; at < postponed.length; at += 2) {
            if (postponed[at] === target) {
                postponed[at + 1] = old;
                return;
            }
        }
        postponed.push(target, old);
    }

    #record(undo: string | number | true | AnyUndo, target: object, old: unknown): void {
        const at = this.length++;
        this.#undo[at] = undo;
        this.#target[at] = target;
        this.#old[at] = old;
    }
}

function undoPush(array: unknown[]): void {
    array.pop();
}

function undoInsert(array: unknown[], index: number): void {
    removeAt(array, index);
}

function undoMapAdd(map: Map<unknown, unknown>, key: unknown): void {
    map.delete(key);
}

function undoMapSet(map: Map<unknown, unknown>, old: { key: unknown; had: boolean; value: unknown }): void {
    if (old.had) {
        map.set(old.key, old.value);
    } else {
        map.delete(old.key);
    }
}

// `splice` allocates an array a call; these arrays are short and their ends are what changes most.
function insertAt(array: unknown[], index: number, item: unknown): void {
    for (let at = array.length; at > index; at--) {
        array[at] = array[at - 1];
    }
    array[index] = item;
}

function removeAt(array: unknown[], index: number): void {
    for (let at = index; at < array.length - 1; at++) {
        array[at] = array[at + 1];
    }
    array.pop();
}
