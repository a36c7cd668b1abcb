/** A finding of exploration as the content of a schedule file. */
import type { Finding } from '../explore/results.ts';
import { parseStrategy } from '../scenario/strategy-name.ts';
import type { StrategyChoice } from '../scenario/strategy-name.ts';
import type { Language } from '../scenario/types.ts';
import type { ScheduleSections } from './format.ts';

/** What a finding does not know about its run. */
export interface RunFacts {
    readonly toolVersion: string;
    /** Path of the scenario file, relative to the project. */
    readonly file: string;
    readonly about: string;
    readonly language: Language;
    readonly backend: ScheduleSections['backend'];
    /** Roles in deployment order. */
    readonly canisters: ScheduleSections['canisters'];
}

/** Everything that a replay needs, from a finding and its run. Pure. */
export function scheduleOf(finding: Finding, facts: RunFacts): ScheduleSections {
    return {
        tool: { name: 'interleave', version: facts.toolVersion },
        scenario: { id: finding.scenario, file: facts.file, about: facts.about },
        language: facts.language,
        found: {
            seed: finding.seed,
            strategy: strategyOf(parseStrategy(finding.strategy)!),
            scheduleIndex: finding.scheduleIndex,
            shrunk: finding.shrunk
        },
        backend: facts.backend,
        canisters: facts.canisters,
        calls: finding.calls.map(({ actor, label, canister, method, arg, argText, order }) => {
            return {
                actor,
                label,
                canister,
                method,
                args: `(${argText})`,
                argHex: Buffer.from(arg).toString('hex'),
                order
            };
        }),
        steps: finding.schedule.map(step => ({ ...step })),
        broken: { invariant: finding.invariant, message: finding.message },
        traceHash: finding.trace.hash
    };
}

function strategyOf(choice: StrategyChoice): ScheduleSections['found']['strategy'] {
    return { name: choice.name, parameters: 'depth' in choice ? { depth: choice.depth } : {} };
}
