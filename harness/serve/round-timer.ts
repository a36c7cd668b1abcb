/** Rounds that run by themselves: at an interval, and as soon as somebody asks. */

/** Runs a round; tells whether there is more to execute than it took. */
type Round = () => boolean;

/** Off until it is started, and from the first round that fails. */
export class RoundTimer {
    readonly #round: Round;
    readonly #onFailure: (error: unknown) => void;
    #interval: NodeJS.Timeout | undefined = undefined;
    #soon: NodeJS.Immediate | undefined = undefined;

    /** `onFailure`: a round failed; none runs any more. */
    constructor(round: Round, onFailure: (error: unknown) => void) {
        this.#round = round;
        this.#onFailure = onFailure;
    }

    get on(): boolean {
        return this.#interval !== undefined;
    }

    /** From now on a round each `intervalMs`. */
    start(intervalMs: number): void {
        this.stop();
        this.#interval = setInterval(() => this.run(), intervalMs);
    }

    stop(): void {
        clearInterval(this.#interval);
        clearImmediate(this.#soon);
        this.#interval = undefined;
        this.#soon = undefined;
    }

    /** A round when the requests that are being read now are in: they come into the same one. */
    soon(): void {
        if (this.on) this.#soon ??= setImmediate(() => this.run());
    }

    /** A round now. More work than it takes: the next one goes on with it, after the requests that wait meanwhile. */
    run(): void {
        clearImmediate(this.#soon);
        this.#soon = undefined;
        try {
            if (this.#round()) this.soon();
        } catch (error) {
            this.stop();
            this.#onFailure(error);
        }
    }
}
