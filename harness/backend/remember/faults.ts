/** The port's other faults, remembered: what is asked is answered from the state, what is done is a transition like any other. */
import type { Outcome, PendingMessage } from '../../trace/types.ts';
import type { CallTarget, CanisterFault, FaultPort, FullQueue, TrapTime } from '../fault-port.ts';
import type { Operation, State } from './states.ts';

/** What the table does for its faults. */
export interface Remembered {
    /** Where the schedule is; undefined where it left the table. */
    readonly state: () => State | undefined;
    /** The backend's own faults, brought to where the schedule is. */
    readonly actual: () => FaultPort;
    /** Does it, where nothing is remembered too. */
    readonly step: (operation: Operation) => Outcome;
    readonly release: () => boolean;
}

export class RememberedFaults implements FaultPort {
    readonly #table: Remembered;

    constructor(table: Remembered) {
        this.#table = table;
    }

    callOf(message: PendingMessage): CallTarget | undefined {
        return this.#asked(`call ${message.key}`, faults => faults.callOf(message));
    }

    mayTrap(message: PendingMessage, at: TrapTime): boolean {
        return this.#asked(`trap ${at} ${message.key}`, faults => faults.mayTrap(message, at));
    }

    wouldCall(message: PendingMessage, { canister, method, room }: FullQueue): boolean {
        const question = `calls ${message.key} ${canister} ${method} ${room}`;
        return this.#asked(question, faults => faults.wouldCall(message, { canister, method, room }));
    }

    mayPass(message: PendingMessage): boolean {
        return this.#asked(`passes ${message.key}`, faults => faults.mayPass(message));
    }

    hasLost(): boolean {
        return this.#asked('lost', faults => faults.hasLost());
    }

    onCanister(fault: CanisterFault, canister: number): PendingMessage | undefined {
        return this.#asked(`${fault} ${canister}`, faults => faults.onCanister(fault, canister));
    }

    onClock(ns: bigint | undefined): PendingMessage | undefined {
        return this.#asked(`clock ${ns}`, faults => faults.onClock(ns));
    }

    trap(message: PendingMessage, at: TrapTime): Outcome {
        return this.#table.step({ kind: 'trap', message, at });
    }

    executeWithFullQueue(message: PendingMessage, { canister, method, room }: FullQueue): Outcome {
        return this.#table.step({ kind: 'full-queue', message, queue: { canister, method, room } });
    }

    executeUninspected(message: PendingMessage): Outcome {
        return this.#table.step({ kind: 'uninspected', message });
    }

    withhold(message: PendingMessage, until: 'rest' | 'never'): Outcome {
        return this.#table.step({ kind: 'withhold', message, until });
    }

    strike(message: PendingMessage): Outcome {
        return this.#table.step({ kind: 'strike', message });
    }

    releaseLate(): boolean {
        return this.#table.release();
    }

    /** The answer in this state. Messages are named by their causes, so that one that is not pending may be remembered too. */
    #asked<T>(question: string, ask: (faults: FaultPort) => T): T {
        const state = this.#table.state();
        if (state === undefined) return ask(this.#table.actual());
        const answers = (state.answers ??= new Map<string, unknown>());
        if (answers.has(question)) return answers.get(question) as T;
        const answer = ask(this.#table.actual());
        answers.set(question, answer);
        return answer;
    }
}
