/** A failing attempt as plain data. */
import type { NamedPrincipal, NamedText } from '../explore/results.ts';
import type { Binding } from '../scenario/bind.ts';
import { REJECT_CODE_NAMES } from '../trace/types.ts';
import type { Attempt } from './attempt.ts';
import type { CallEvent } from './history.ts';
import type { Values } from './observe.ts';
import { plannedCalls } from './plan.ts';
import type { LivePlan } from './plan.ts';
import type { LiveEvent, LiveFinding, Repeats } from './results.ts';

/** Where a finding came from, and what was done with it. */
export interface FindingFacts {
    readonly unit: LiveFinding['unit'];
    readonly seed: number;
    readonly planIndex: number;
    readonly invariant: string;
    readonly shrunk: LiveFinding['shrunk'];
    readonly repeats?: Repeats;
}

/** Pure. The attempt must have broken the invariant. */
export function findingOf(binding: Binding, attempt: Attempt, facts: FindingFacts): LiveFinding {
    const { plan, history, before, after, broken } = attempt;
    return {
        scenario: binding.scenario.id,
        ...facts,
        message: broken.find(({ invariant }) => invariant === facts.invariant)!.message,
        violations: broken,
        calls: plannedCalls(plan).map(({ actor, label, canister, method, arg, argText, order, delay }) => {
            return { actor, label, canister, method, arg, argText, order, delay };
        }),
        concurrency: plan.concurrency,
        principals: principalsOf(binding, plan),
        events: eventsOf(plan, history.events),
        before: textsOf(binding, before),
        after: textsOf(binding, after)
    };
}

/** Sendings and answers in the order in which they happened. */
function eventsOf({ program }: LivePlan, events: readonly CallEvent[]): LiveEvent[] {
    const placed = events.flatMap(({ call, invokedAt, answeredAt = Infinity, sent, settled, outcome }) => {
        const { label, bound } = program.calls[call]!;
        const text = (): string => {
            switch (outcome.kind) {
                case 'reply':
                    return bound.replyText(outcome.reply);
                case 'reject':
                case 'refused':
                    return `${REJECT_CODE_NAMES[outcome.code]}: ${outcome.message}`;
                case 'unknown':
                    return outcome.reason;
            }
        };
        return [
            { place: invokedAt, event: { label, kind: 'sent' as const, text: '', at: sent } },
            { place: answeredAt, event: { label, kind: outcome.kind, text: text(), at: settled } }
        ];
    });
    return placed
        .sort((one, other) => one.place - other.place || one.event.at - other.event.at)
        .map(({ event }) => ({ ...event, at: Math.round(event.at) }));
}

function textsOf({ observations }: Binding, values: Values): NamedText[] {
    return observations.map(({ name, bound }) => ({ name, text: bound.valueText(values[name]) }));
}

function principalsOf({ book }: Binding, { program }: LivePlan): readonly NamedPrincipal[] {
    const roles = book.canisters.map(name => ({ name, principal: book.principalOf(name) }));
    const actors = [...new Set(program.calls.map(({ actor }) => actor))];
    return [...roles, ...actors.map(name => ({ name, principal: book.actorPrincipal(name) }))];
}
