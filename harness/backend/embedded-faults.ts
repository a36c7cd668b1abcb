/** The faults of the embedded replica, in the words of the port. */
import type { ControlOrder, Message, Replica } from '../replica/index.ts';
import type { Outcome, PendingMessage } from '../trace/types.ts';
import { DEPLOYER } from './deploy.ts';
import type { CallTarget, CanisterFault, FaultPort, FullQueue, TrapTime } from './fault-port.ts';
import { actorPrincipal } from './identities.ts';

export class EmbeddedFaults implements FaultPort {
    readonly #replica: Replica;
    readonly #initArg: (canister: number) => Uint8Array;
    readonly #deployer = actorPrincipal(DEPLOYER).toUint8Array();
    /** By fault, then by canister: orders are asked for at every step. */
    readonly #orders = new Map<CanisterFault, (ControlOrder | undefined)[]>();

    /** `initArg`: what a canister was installed with, which its upgrades get too. */
    constructor(replica: Replica, initArg: (canister: number) => Uint8Array) {
        this.#replica = replica;
        this.#initArg = initArg;
    }

    callOf(message: PendingMessage): CallTarget | undefined {
        const { kind, canister, call, cause } = message as Message;
        if (kind === 'response') return { canister: cause!.canister, method: cause!.call?.method };
        return call === undefined ? undefined : { canister, method: call.method };
    }

    mayTrap(message: PendingMessage, at: TrapTime): boolean {
        return this.#replica.faults.mayTrap(message as Message, at);
    }

    trap(message: PendingMessage, at: TrapTime): Outcome {
        return this.#replica.faults.trap(message as Message, at);
    }

    wouldCall(message: PendingMessage, queue: FullQueue): boolean {
        return this.#replica.faults.wouldCall(message as Message, queue);
    }

    executeWithFullQueue(message: PendingMessage, queue: FullQueue): Outcome {
        return this.#replica.faults.executeWithFullQueue(message as Message, queue);
    }

    mayPass(message: PendingMessage): boolean {
        return this.#replica.faults.mayPass(message as Message);
    }

    executeUninspected(message: PendingMessage): Outcome {
        return this.#replica.faults.executeUninspected(message as Message);
    }

    withhold(response: PendingMessage, until: 'rest' | 'never'): Outcome {
        return this.#replica.faults.withhold(response as Message, until);
    }

    releaseLate(): boolean {
        return this.#replica.faults.releaseLate();
    }

    hasLost(): boolean {
        return this.#replica.faults.lost().length > 0;
    }

    onCanister(fault: CanisterFault, canister: number): PendingMessage | undefined {
        if (fault === 'heartbeat') return this.#replica.heartbeats().find((each) => each.canister === canister);
        let orders = this.#orders.get(fault);
        if (orders === undefined) this.#orders.set(fault, (orders = []));
        return this.#replica.faults.controlOf((orders[canister] ??= this.#order(fault, canister)));
    }

    onClock(ns: bigint | undefined): PendingMessage | undefined {
        return this.#replica.faults.controlOf({ control: { act: 'clock', ns }, canister: -1 });
    }

    strike(message: PendingMessage): Outcome {
        const struck = message as Message;
        return struck.kind === 'heartbeat' ? this.#replica.execute(struck) : this.#replica.faults.strike(struck);
    }

    #order(fault: Exclude<CanisterFault, 'heartbeat'>, canister: number): ControlOrder {
        const by = this.#deployer;
        switch (fault) {
            case 'stop':
            case 'freeze':
                return { control: { act: fault }, canister };
            case 'uninstall':
                return { control: { act: 'uninstall', by }, canister };
            case 'snapshot':
                return { control: { act: 'take-snapshot', by }, canister };
            case 'upgrade':
                return { control: { act: 'upgrade', by, arg: this.#initArg(canister) }, canister };
        }
    }
}
