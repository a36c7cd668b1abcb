import { describe, expect, it } from '@jest/globals';
import type { Finding, TraceStep } from '../../explore/results.ts';
import { mermaidLines } from '../mermaid.ts';
import { faultTrace, raceFinding } from './fixtures.ts';

/** The finding with its first step changed. */
function withFirst(part: Partial<TraceStep>): Finding {
    const [first, ...rest] = raceFinding.trace.steps;
    return { ...raceFinding, trace: { ...raceFinding.trace, steps: [{ ...first!, ...part }, ...rest] } };
}

describe('a finding as a Mermaid diagram', () => {
    it('has a lifeline an actor and canister, a line a message, notes for changes, and ends with what broke', () => {
        expect(`\n${mermaidLines(raceFinding).join('\n')}\n`).toMatchSnapshot();
    });

    it('numbers every step once', () => {
        const numbers = mermaidLines(raceFinding).flatMap(line => /: (\d+)\. /.exec(line)?.[1] ?? []);
        expect(numbers).toEqual(raceFinding.trace.steps.map(({ number }) => String(number)));
    });

    it('shows faults, traps, refusals and timers', () => {
        expect(`\n${mermaidLines({ ...raceFinding, trace: faultTrace }).join('\n')}\n`).toMatchSnapshot();
    });

    it('shows a fault as a lost message', () => {
        const step = { act: 'reject', path: 'alice#1', name: 'x', code: 2 } as const;
        const lines = mermaidLines(withFirst({ step, status: 'refused' }));
        expect(lines).toContainEqual(expect.stringMatching(/p0-xp2: 1\. FAULT rejected with SYS_TRANSIENT: withdraw/));
    });

    it.each([
        ['line ends', 'a\nb', 'a\\nb'],
        ['semicolons, which end a statement', 'a;b', 'a#59;b'],
        ['hashes, which begin an entity', '#1', '#35;1'],
        ['HTML', '<b>', '#60;b#62;'],
        ['the word that closes a block', 'the end', 'the #101;nd']
    ])('defuses %s', (_what, dataText, wanted) => {
        const line = mermaidLines(withFirst({ dataText })).find(each => each.includes(': 1. '));
        expect(line).toContain(`withdraw_stale(${wanted})`);
    });
});
