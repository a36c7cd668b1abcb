/**
 * One number for all schedules that differ only in the order of independent steps (Mazurkiewicz 1977). Steps depend on each other when one
 * canister executes them; what causes what is in their causal paths. So the class of a schedule is what each canister executed, in its
 * order, and which faults there were: a fault on a message under way changes what its receiver executes, and its place among other
 * messages changes nothing.
 */
import { isExecution } from '../../trace/types.ts';
import type { Act } from '../../trace/types.ts';
import type { Decision } from '../walk.ts';

/** Where hashes of messages come from. */
export interface MessageHashes {
    hashOf(key: number): number;
}

// Two lanes of 32 bits make 53; reused, because a schedule may have a million sisters.
const LOW: number[] = [];
const HIGH: number[] = [];

/** The fingerprint of a schedule of a program, 53 bits. Cost: its steps. The same in every process. */
export function fingerprint(
    program: number,
    canisters: number,
    trail: readonly Decision[],
    hashes: MessageHashes
): number {
    for (let index = 0; index <= canisters; index++) {
        LOW[index] = program;
        HIGH[index] = ~program;
    }
    let faults = 0;
    for (let step = 0; step < trail.length; step++) {
        const { act, message, code } = trail[step]!;
        const hash = mixed(hashes.hashOf(message.key), ACTS[act] + code, 0xc2b2ae35);
        if (!isExecution(act)) {
            faults = (faults + hash) | 0;
            continue;
        }
        // What happens to the clock is seen by everybody.
        const everybody = message.kind === 'control' && message.canister < 0;
        const first = everybody ? 0 : message.canister + 1;
        const last = everybody ? canisters : first;
        for (let lane = first; lane <= last; lane++) {
            LOW[lane] = mixed(LOW[lane]!, hash, 0x9e3779b1);
            HIGH[lane] = mixed(HIGH[lane]!, hash, 0x85ebca6b);
        }
    }
    let low = mixed(faults, program, 0x9e3779b1);
    let high = mixed(faults, ~program, 0x85ebca6b);
    for (let index = 0; index <= canisters; index++) {
        low = mixed(low, LOW[index]!, 0x9e3779b1);
        high = mixed(high, HIGH[index]!, 0x85ebca6b);
    }
    return (high >>> 11) * 2 ** 32 + (low >>> 0);
}

/** Codes are below 8. */
const ACTS: Readonly<Record<Act, number>> = {
    execute: 0, reject: 8, expire: 16, abandon: 24, trap: 32, 'full-queue': 40, delay: 48, lose: 56, strike: 64,
    exhaust: 72, 'trap-cleanup': 80, uninspected: 88
};

/** A number of 32 bits for a text. */
export function hashText(text: string): number {
    let hash = 0x811c9dc5;
    for (let index = 0; index < text.length; index++) hash = mixed(hash, text.charCodeAt(index), 0x01000193);
    return hash;
}

/** The finaliser of MurmurHash3 over a step of a polynomial hash. */
function mixed(hash: number, value: number, factor: number): number {
    let next = Math.imul(hash ^ value, factor);
    next = Math.imul(next ^ (next >>> 15), 0x27d4eb2f);
    return next ^ (next >>> 13);
}
