/**
 * What test servers do to canisters from outside: no message does it, and nobody on the IC could (PocketIC's admin interface). Undone
 * by rollback like everything else.
 */
import type { Canister } from './canister.ts';
import { StableMemory } from './stable.ts';
import type { Subnet } from './subnet.ts';

const STABLE_PAGE_BYTES = 65_536;

/** One canister in the hands of the server. Valid while the canister exists. */
export class Operator {
    readonly #subnet: Subnet;
    readonly #canister: Canister;

    constructor(subnet: Subnet, canister: Canister) {
        this.#subnet = subnet;
        this.#canister = canister;
    }

    /** Adds cycles from thin air; returns the new balance, which saturates at 2^128 - 1. */
    addCycles(amount: bigint): bigint {
        this.#subnet.addCycles(this.#canister, amount);
        this.#subnet.forgetUnmarked();
        return this.#canister.cycles;
    }

    /** A copy of the whole stable memory. Cost: its size. */
    stableMemory(): Uint8Array {
        const { stable } = this.#canister;
        return stable.read(0, stable.bytes);
    }

    /** Replaces the stable memory: `bytes`, then zeroes up to the end of the last page. Throws a `CanisterTrap` at the tool's limit. */
    setStableMemory(bytes: Uint8Array): void {
        const subnet = this.#subnet;
        const stable = new StableMemory(subnet.journal, subnet.limits.stableBytesMax);
        stable.grow(Math.ceil(bytes.length / STABLE_PAGE_BYTES));
        stable.write(0, bytes);
        subnet.journal.set(this.#canister, 'stable', stable);
        subnet.changed(this.#canister);
        subnet.forgetUnmarked();
    }
}
