/** Worker threads of one run, and the memory that they share. To start one takes a while, so some are started before there is work. */
import type { Interrupts } from './interrupts.ts';
import { Lane } from './lane.ts';

export class Crew {
    /** One Int32 a job: GO_ON or STOP. */
    readonly flags: Int32Array;
    readonly #interrupts: Interrupts;
    readonly #all: Lane[] = [];
    readonly #idle: Lane[] = [];

    /** `jobs`: at least as many as the largest index of a job and one. */
    constructor(jobs: number, interrupts: Interrupts) {
        this.flags = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * jobs));
        this.#interrupts = interrupts;
    }

    /** Starts so many, for those who hire later. */
    prepare(workers: number): void {
        for (let count = 0; count < workers; count++) this.#idle.push(this.#start());
    }

    /** One that was prepared, else a new one. */
    hire(): Lane {
        return this.#idle.shift() ?? this.#start();
    }

    /** Ends all of them. May be called again. */
    async close(): Promise<void> {
        await Promise.all(this.#all.splice(0).map(lane => lane.close()));
    }

    #start(): Lane {
        const lane = new Lane({ flag: this.#interrupts.flag, jobs: this.flags });
        this.#all.push(lane);
        return lane;
    }
}
