/** What decides which message executes next: production's choice, a random other one, or one that was written down. */
import { randomSource } from '../explore/random.ts';
import type { Random } from '../explore/random.ts';
import type { Message } from '../replica/index.ts';
import { ofServer, type Deviation, type Run } from './run-file.ts';

export interface Choice {
    readonly instance: number;
    /** What production would execute. */
    readonly expected: Message;
    /** All that may execute; live. */
    readonly enabled: readonly Message[];
}

export interface Chosen {
    readonly message: Message;
    readonly act: Deviation['act'];
}

export interface Chooser {
    choose(choice: Choice): Chosen;
}

/**
 * One choice in so many deviates, drawn once a run: a mixture, because some races need one message out of its turn, and some a thorough
 * mess.
 */
const RATES = [1, 2, 4, 16] as const;
/** One request in so many is rejected, where faults are allowed. */
const FAULT_RATE = 6;

/**
 * The chooser of a server of a run. Deterministic for the run file, the server, the choices that it is given and what `takeFault` says:
 * whether one more request of the run may be rejected.
 */
export function chooserOf(run: Run, server: number, takeFault: () => boolean): Chooser {
    switch (run.mode) {
        case 'production':
            return { choose: ({ expected }) => ({ message: expected, act: 'execute' }) };
        case 'random':
            return new RandomChooser(run, server, takeFault);
        case 'follow':
            return new FollowingChooser(ofServer(run.deviations, server));
    }
}

class RandomChooser implements Chooser {
    readonly #run: Run;
    readonly #server: number;
    /** A generator for each instance: what one does must not depend on when another one is asked. */
    readonly #drawn = new Map<number, { readonly random: Random; readonly rate: number }>();
    readonly #takeFault: () => boolean;
    #mayFault: boolean;

    constructor(run: Run, server: number, takeFault: () => boolean) {
        this.#run = run;
        this.#server = server;
        this.#takeFault = takeFault;
        this.#mayFault = run.faultsMax > 0;
    }

    choose({ instance, expected, enabled }: Choice): Chosen {
        const { random, rate } = this.#of(instance);
        if (this.#mayFault && random.oneIn(FAULT_RATE)) {
            const requests = enabled.filter(({ kind }) => kind === 'request');
            if (requests.length > 0) {
                const message = requests[random.below(requests.length)]!;
                this.#mayFault = this.#takeFault();
                if (this.#mayFault) return { message, act: 'reject' };
            }
        }
        if (enabled.length < 2 || !random.oneIn(rate)) return { message: expected, act: 'execute' };
        return { message: enabled[random.below(enabled.length)]!, act: 'execute' };
    }

    #of(instance: number): { readonly random: Random; readonly rate: number } {
        let drawn = this.#drawn.get(instance);
        if (drawn === undefined) {
            // The first server is not named: what its schedules are stays as it was.
            const server = this.#server === 0 ? '' : `${this.#server}/`;
            const random = randomSource(this.#run.seed, `suite/${server}${instance}`, 'schedule')(this.#run.run);
            drawn = { random, rate: RATES[random.below(RATES.length)]! };
            this.#drawn.set(instance, drawn);
        }
        return drawn;
    }
}

/** Each deviation once, where it fits first; production's order everywhere else. */
class FollowingChooser implements Chooser {
    readonly #left: Deviation[];

    constructor(deviations: readonly Deviation[]) {
        this.#left = [...deviations];
    }

    choose({ instance, expected, enabled }: Choice): Chosen {
        for (const [index, deviation] of this.#left.entries()) {
            if (deviation.instance !== instance || deviation.instead !== expected.path) continue;
            const message = enabled.find(({ path }) => path === deviation.path);
            if (message === undefined) continue;
            this.#left.splice(index, 1);
            return { message, act: deviation.act };
        }
        return { message: expected, act: 'execute' };
    }
}
