/** Runs the plan of a file again, on the canisters as they are now. */
import type { LiveBackend } from '../backend/live.ts';
import type { Binding } from '../scenario/bind.ts';
import type { CallSpec, CandidValue } from '../scenario/types.ts';
import { Attempts } from './attempt.ts';
import { findingOf } from './finding.ts';
import type { LivePlan } from './plan.ts';
import type { PlanSections } from './plan-format.ts';
import type { LiveFinding, Repeats } from './results.ts';
import { repeatPlan } from './shrink.ts';

export interface Repeated extends Repeats {
    /** An attempt in which it appeared. */
    readonly finding?: LiveFinding;
}

/**
 * Repeats the plan `times` times from fresh canisters and counts how often its invariant broke. Throws what the backend throws, and
 * ScenarioError when the calls do not fit the canisters any more.
 */
export async function repeatFile(
    sections: PlanSections,
    binding: Binding,
    backend: LiveBackend,
    options: { readonly times: number; readonly shouldStop: () => boolean; readonly onAttempt: (done: number) => void }
): Promise<Repeated> {
    const plan = planIn(sections, binding);
    const { invariant } = sections.broken;
    let done = 0;
    const { times, appeared, last } = await repeatPlan(new Attempts(binding, backend), plan, invariant, {
        times: options.times,
        shouldStop: options.shouldStop,
        onAttempt: () => options.onAttempt(++done)
    });
    if (last === undefined) return { times, appeared };
    const { seed, planIndex, shrunk } = sections.found;
    const { unit } = backend.pace;
    const facts = { unit, seed, planIndex, shrunk, invariant, repeats: { times, appeared } };
    return { times, appeared, finding: findingOf(binding, last, facts) };
}

/**
 * The plan of a file. Principals of canisters in its arguments are those of the run that wrote it: they are replaced by those of the
 * roles now.
 */
function planIn({ calls, backend, principals }: PlanSections, binding: Binding): LivePlan {
    const now = new Map(
        principals
            .filter(({ name }) => binding.book.canisters.includes(name))
            .map(({ name, principal }) => [principal, name])
    );
    // A program lists an actor's calls in their order, which is that of their labels; a plan lists them as they are sent.
    const listed = [...calls].sort((one, other) => (one.actor === other.actor ? ordinal(one) - ordinal(other) : 0));
    const specs = listed.map(({ actor, canister, method, argHex, order }): CallSpec => {
        const bound = binding.findMethod(canister, method);
        const args = bound?.decodeArguments(Uint8Array.from(Buffer.from(argHex, 'hex'))) ?? [];
        return { actor, canister, method, order, args: args.map(value => renamed(value, now, binding)) };
    });
    const program = binding.program(specs, listed.map(({ label }) => label));
    const order = calls.map(call => ({ call: listed.indexOf(call), delay: call.delay }));
    return { program, order, concurrency: backend.concurrency };
}

function ordinal({ label }: { readonly label: string }): number {
    return Number(/#(\d+)$/.exec(label)?.[1] ?? 0);
}

/** A value with the principals of roles replaced, at any depth. */
function renamed(value: CandidValue, roles: ReadonlyMap<string, string>, binding: Binding): CandidValue {
    if (Array.isArray(value)) return value.map(part => renamed(part, roles, binding));
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
    const principal = value as { readonly _isPrincipal?: unknown; readonly toText?: () => string };
    if (principal._isPrincipal === true && principal.toText !== undefined) {
        const role = roles.get(principal.toText());
        return role === undefined ? value : binding.addresses.canister(role);
    }
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, renamed(part, roles, binding)]));
}
