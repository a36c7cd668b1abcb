/**
 * What happens to a canister or to the clock without a message of the IC: a controller stops, upgrades or uninstalls the canister,
 * or loads a snapshot of it, its cycles are gone, time passes. As messages, so that explorers treat them like any other step; they
 * are named by what happens for which time to whom. What has to come afterwards (starting, topping up, loading) is enabled at once.
 */
import type { Canister } from './canister.ts';
import { advanceClock } from './clock.ts';
import { respond } from './contexts.ts';
import { recordChange } from './history.ts';
import { startRunning, stop } from './lifecycle.ts';
import { Message } from './message.ts';
import { endStep, type Execution } from './outcome.ts';
import { MANAGEMENT_INDEX } from './principal.ts';
import { load, take } from './rewind.ts';
import { countStored } from './stored-bytes.ts';
import type { Subnet } from './subnet.ts';
import { nextTimer } from './timers.ts';
import { uninstall } from './uninstall.ts';
import { upgradeToSame } from './upgrade.ts';

/** `by` is the controller; `ns` undefined: to the next timer. */
export type Control =
    | { readonly act: 'stop' | 'start' | 'freeze' }
    | { readonly act: 'top-up'; readonly cycles: bigint }
    | { readonly act: 'uninstall' | 'take-snapshot'; readonly by: Uint8Array }
    | { readonly act: 'load-snapshot'; readonly by: Uint8Array; readonly id: Uint8Array }
    | { readonly act: 'upgrade'; readonly by: Uint8Array; readonly arg: Uint8Array }
    | { readonly act: 'clock'; readonly ns: bigint | undefined };

/** What a fault may ask for; `canister` is the index of its address, and means nothing for the clock. */
export interface ControlOrder {
    readonly control: Exclude<Control, { readonly act: 'start' | 'top-up' | 'load-snapshot' }>;
    readonly canister: number;
}

/** The message for it, or undefined when it cannot happen now, or would change nothing. */
export function controlOf(subnet: Subnet, { control, canister: index }: ControlOrder): Message | undefined {
    const { canister } = control.act === 'clock' ? {} : subnet.addresses.at(index);
    return isPossible(subnet, control, canister) ? named(subnet, control, canister) : undefined;
}

function isPossible(subnet: Subnet, control: Control, canister: Canister | undefined): boolean {
    switch (control.act) {
        case 'stop':
            return canister?.status === 'running';
        case 'freeze':
            return canister !== undefined && canister.home.fees.charging && liquid(canister) > 0n;
        case 'uninstall':
        case 'upgrade':
        case 'take-snapshot':
            return canister?.code !== undefined;
        case 'clock':
            return control.ns !== undefined || nextTimer(subnet) !== undefined;
        case 'start':
        case 'top-up':
        case 'load-snapshot':
            return true;
    }
}

/** Runs one: a fault, or what it has enabled. */
export function executeControl(subnet: Subnet, message: Message): Execution {
    const control = message.control as Control;
    const { journal, controls } = subnet;
    const canister = control.act === 'clock' ? undefined : subnet.addresses.at(message.canister).canister;
    const name = nameOf(control, canister);
    const times = (controls.get(name) ?? 0) + 1;
    journal.mapSet(controls, name, times);
    if (subnet.pending.isEnabled(message)) {
        subnet.pending.remove(message);
    }
    if (control.act === 'clock') {
        advanceClock(subnet, control.ns ?? (nextTimer(subnet) ?? subnet.timeNs) - subnet.timeNs);
        return endStep(subnet, message, 'committed', undefined, 'none', 0);
    }
    // It may have been deleted before what a fault has enabled came to run.
    return canister === undefined
        ? endStep(subnet, message, 'committed', undefined, 'none', 0)
        : onCanister(subnet, message, control, canister, times);
}

function onCanister(
    subnet: Subnet,
    message: Message,
    control: Exclude<Control, { readonly act: 'clock' }>,
    canister: Canister,
    times: number
): Execution {
    switch (control.act) {
        case 'stop':
            // Nobody waits for it: only messages with a callback are answered.
            stop(subnet, canister, message, respond);
            subnet.pending.add(named(subnet, { act: 'start' }, canister, times));
            break;
        case 'start':
            startRunning(subnet, canister, respond);
            break;
        case 'freeze': {
            const cycles = liquid(canister);
            subnet.addCycles(canister, -cycles);
            subnet.pending.add(named(subnet, { act: 'top-up', cycles }, canister, times));
            break;
        }
        case 'top-up':
            subnet.addCycles(canister, control.cycles);
            break;
        case 'uninstall':
            uninstall(subnet, canister);
            recordChange(subnet, canister, { user: control.by }, { kind: 'code_uninstall' });
            countStored(subnet, canister);
            break;
        case 'upgrade':
            return upgradeToSame(subnet, message, canister, control.by, control.arg);
        case 'take-snapshot': {
            const { by } = control;
            return take(subnet, message, { canister, by }, (id) => {
                subnet.pending.add(named(subnet, { act: 'load-snapshot', by, id }, canister, times));
            });
        }
        case 'load-snapshot':
            return load(subnet, message, { canister, by: control.by }, control.id);
    }
    return endStep(subnet, message, 'committed', undefined, 'none', 0);
}

/** Cycles that are not frozen. */
function liquid(canister: Canister): bigint {
    return canister.cycles - BigInt(canister.home.fees.freezingLimit(canister));
}

/**
 * The interned message of what happens next by this name. What has to follow has the number of what it follows: a canister may lose
 * its cycles twice before it is topped up.
 */
function named(subnet: Subnet, control: Control, canister: Canister | undefined, follows?: number): Message {
    const name = nameOf(control, canister);
    const times = follows ?? (subnet.controls.get(name) ?? 0) + 1;
    const label = name.replace(control.act, `${control.act}#${times}`);
    let node = subnet.roots.get(label);
    if (node === undefined) {
        const index = canister?.address.index ?? MANAGEMENT_INDEX;
        node = new Message(subnet.nextKey(), 'control', undefined, times, label, index, -1);
        subnet.roots.set(label, node);
    }
    node.control = control;
    return node;
}

/** `stop@id`, `clock+5s`, `clock+timer`. */
function nameOf(control: Control, canister: Canister | undefined): string {
    return control.act === 'clock' ? controlText(control) : `${control.act}@${canister?.address.text ?? '?'}`;
}

/** What happens: `stop`, `clock+5s`, `clock+timer`. */
export function controlText(control: Control): string {
    if (control.act !== 'clock') {
        return control.act;
    }
    return control.ns === undefined ? 'clock+timer' : `clock+${Number(control.ns) / 1e9}s`;
}
