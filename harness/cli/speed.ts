/** How fast something goes lately. Is told the time. */

/** What is older than this does not count: after a slow start the speed is that of now. */
const WINDOW_MS = 5_000;

export class Speed {
    /** Oldest first. */
    readonly #samples: { readonly ms: number; readonly amount: number }[] = [];
    #beganMs: number | undefined;

    /** So much is done by now. */
    note(ms: number, amount: number): void {
        this.#beganMs ??= ms;
        this.#samples.push({ ms, amount });
        while (this.#samples.length > 2 && ms - this.#samples[1]!.ms >= WINDOW_MS) this.#samples.shift();
    }

    /** A second; undefined until there is something to go by. */
    get perSecond(): number | undefined {
        const [first, last] = [this.#samples[0], this.#samples.at(-1)];
        if (first === undefined || last === undefined || last.ms - first.ms < 100) return undefined;
        return Math.max(0, ((last.amount - first.amount) * 1_000) / (last.ms - first.ms));
    }

    /** Seconds until `amount` is done; undefined where nobody knows. */
    secondsTo(amount: number): number | undefined {
        const { perSecond } = this;
        const last = this.#samples.at(-1);
        if (perSecond === undefined || perSecond === 0 || last === undefined) return undefined;
        return Math.max(0, amount - last.amount) / perSecond;
    }

    /** Milliseconds since the first note. */
    get elapsedMs(): number {
        return (this.#samples.at(-1)?.ms ?? 0) - (this.#beganMs ?? 0);
    }
}
