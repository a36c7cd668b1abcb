/** System API: cycles, 128 and 64 bits (IC interface specification, "Cycles"). */
import { liquidCycles } from '../charge.ts';
import type { Frame } from '../frame.ts';
import { contractViolation, outOfCyclesTrap, trapped } from '../traps.ts';
import { underConstruction } from './calling.ts';
import { consume } from '../consumed.ts';
import { define } from './define.ts';

const RECEIVERS = 'U RQ Rt Ry';
const CALLERS = 'U Ry Rt T';
const CYCLES_MINTING_CANISTER = 'rkp4c-7iaaa-aaaaa-aaaca-cai';
const TO_HEAP = '(dst : I) -> ()';

/**
 * The 128-bit functions and their 64-bit forms, which trap on larger amounts. Every movement is journalled at once: a
 * trap gives everything back.
 */
export const CYCLES_FUNCTIONS = [
    define('msg_cycles_available128', TO_HEAP, RECEIVERS, (frame, dst: number) =>
        frame.write128('msg_cycles_available128', dst, available(frame))
    ),
    define('msg_cycles_refunded128', TO_HEAP, 'Rt Ry', (frame, dst: number) =>
        frame.write128('msg_cycles_refunded128', dst, frame.refund)
    ),
    define(
        'msg_cycles_accept128',
        '(max_amount_high : i64, max_amount_low : i64, dst : I) -> ()',
        RECEIVERS,
        (frame, high: bigint, low: bigint, dst: number) =>
            frame.write128('msg_cycles_accept128', dst, accept(frame, wide(high, low)))
    ),
    define(
        'cycles_burn128',
        '(amount_high : i64, amount_low : i64, dst : I) -> ()',
        'I G U RQ Ry Rt C T',
        (frame, high: bigint, low: bigint, dst: number) =>
            frame.write128('cycles_burn128', dst, burn(frame, wide(high, low)))
    ),
    define('canister_cycle_balance128', TO_HEAP, '*', (frame, dst: number) =>
        frame.write128('canister_cycle_balance128', dst, frame.canister.cycles)
    ),
    define('canister_liquid_cycle_balance128', TO_HEAP, '*', (frame, dst: number) =>
        frame.write128('canister_liquid_cycle_balance128', dst, BigInt(liquidCycles(frame.canister)))
    ),
    define(
        'call_cycles_add128',
        '(amount_high : i64, amount_low : i64) -> ()',
        CALLERS,
        (frame, high: bigint, low: bigint) => attach(frame, 'ic0_call_cycles_add128', wide(high, low))
    ),

    // Not in the public specification: for the cycles minting canister alone.
    define(
        'mint_cycles128',
        '(amount_high : i64, amount_low : i64, dst : I) -> ()',
        CALLERS,
        (frame, high: bigint, low: bigint, dst: number) =>
            frame.write128('mint_cycles128', dst, mint(frame, 'mint_cycles128', wide(high, low)))
    ),
    define('mint_cycles', '(amount : i64) -> i64', CALLERS, (frame, amount: bigint) =>
        mint(frame, 'mint_cycles', amount)
    ),

    define('msg_cycles_available', '() -> i64', RECEIVERS, (frame) => narrow(available(frame)), true),
    define('msg_cycles_refunded', '() -> i64', 'Rt Ry', (frame) => narrow(frame.refund), true),
    define(
        'msg_cycles_accept',
        '(max_amount : i64) -> i64',
        RECEIVERS,
        (frame, max: bigint) => accept(frame, max),
        true
    ),
    define('canister_cycle_balance', '() -> i64', '*', (frame) => narrow(frame.canister.cycles), true),
    define(
        'call_cycles_add',
        '(amount : i64) -> ()',
        CALLERS,
        (frame, amount: bigint) => attach(frame, 'ic0_call_cycles_add', amount),
        true
    )
];

/** Cycles of the call that were not accepted; none once the call is answered. */
function available(frame: Frame): bigint {
    return frame.canRespond ? (frame.context?.available ?? 0n) : 0n;
}

/** Takes at most what is available; never traps. */
function accept(frame: Frame, max: bigint): bigint {
    const { context, subnet } = frame;
    const offered = available(frame);
    const amount = max < offered ? max : offered;
    if (amount > 0n && context !== undefined) {
        subnet.journal.set(context, 'available', context.available - amount);
        subnet.addCycles(frame.canister, amount);
        frame.cyclesAccepted += amount;
    }
    return amount;
}

function burn(frame: Frame, asked: bigint): bigint {
    const liquid = BigInt(liquidCycles(frame.canister));
    const amount = asked < liquid ? asked : liquid;
    frame.subnet.addCycles(frame.canister, -amount);
    consume(frame.subnet, frame.canister, 'burned', amount);
    frame.cyclesBurned += amount;
    return amount;
}

function mint(frame: Frame, name: string, amount: bigint): bigint {
    const { canister, subnet } = frame;
    const { text } = canister.address;
    if (text !== CYCLES_MINTING_CANISTER) {
        const why = `${text} != ${CYCLES_MINTING_CANISTER}`;
        throw contractViolation(`ic0.${name} cannot be executed on non Cycles Minting Canister: ${why}`);
    }
    const before = canister.cycles;
    subnet.addCycles(canister, amount);
    return canister.cycles - before;
}

/** Moves cycles from the balance to the call under construction. */
function attach(frame: Frame, name: string, amount: bigint): void {
    const call = underConstruction(frame, name);
    if (amount === 0n) {
        return;
    }
    if (amount > liquidCycles(frame.canister)) {
        throw outOfCyclesTrap(frame.canister.address.text);
    }
    frame.subnet.addCycles(frame.canister, -amount);
    call.cycles += amount;
}

function wide(high: bigint, low: bigint): bigint {
    return (high << 64n) | low;
}

function narrow(amount: bigint): bigint {
    if (amount >> 64n !== 0n) {
        throw trapped('cycles amount exceeds 64-bit representation');
    }
    return amount;
}
