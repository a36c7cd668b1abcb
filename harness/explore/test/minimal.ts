/**
 * Whether a finding is 1-minimal, by brute force: every schedule of the program without one call, with one fault less, and with one context
 * switch less is run, as far as there are not too many.
 */
import type { ControlledBackend } from '../../backend/port.ts';
import type { Binding } from '../../scenario/bind.ts';
import type { CallSpec } from '../../scenario/types.ts';
import { failureOf } from '../failure.ts';
import { fixedRandom } from '../record.ts';
import type { Finding } from '../results.ts';
import { BoundedSwitches } from '../shrink/bounded.ts';
import { Walk } from '../walk.ts';

/** Schedules of one smaller program that are run at most. */
const SCHEDULES_MAX = 1_000;

interface Ground {
    readonly binding: Binding;
    readonly backend: ControlledBackend;
}

interface Size {
    readonly faultsMax: number;
    readonly switchesMax: number;
}

/** What could go from a finding without the failure going, in words; empty when it is 1-minimal. */
export function superfluous({ binding, backend }: Ground, finding: Finding): string[] {
    const walk = new Walk(binding, backend);
    const { calls, faults, switches } = finding;
    const left = (specs: readonly CallSpec[], size: Size): boolean => {
        walk.load(binding.program(specs));
        walk.faultsMax = size.faultsMax;
        const strategy = new BoundedSwitches({ ...size, stepsMax: Infinity });
        for (let index = 0; index < SCHEDULES_MAX; index++) {
            if (walk.run(strategy, fixedRandom()) === undefined) return false;
            const found = failureOf(walk, { invariant: finding.invariant, within: finding.cause });
            if (found !== undefined && isSameKind(found.cause.overlaps, found.cause.faults, finding)) return true;
        }
        return false;
    };
    const specs = calls.map(({ actor, canister, method, arg, order }) => {
        return { actor, canister, method, order, args: binding.findMethod(canister, method)!.decodeArguments(arg) };
    });
    const all = { faultsMax: faults, switchesMax: Infinity };
    const found = [
        ...specs.flatMap((_spec, at) => {
            const rest = specs.filter((_each, index) => index !== at);
            return rest.length > 0 && left(rest, all) ? [`call ${calls[at]!.label}`] : [];
        }),
        ...(faults > 0 && left(specs, { ...all, faultsMax: faults - 1 }) ? ['a fault'] : []),
        ...(switches > 0 && left(specs, { ...all, switchesMax: switches - 1 }) ? ['a context switch'] : [])
    ];
    walk.reset();
    return found;
}

/** A break without race and fault says that an invariant counts on what was taken away. */
function isSameKind(overlaps: readonly string[], faults: readonly string[], { cause }: Finding): boolean {
    if (cause.overlaps.length + cause.faults.length === 0) return true;
    return overlaps.length + faults.length > 0;
}
