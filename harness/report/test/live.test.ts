import { describe, expect, it } from '@jest/globals';
import type { LiveFinding, LiveResult } from '../../live/results.ts';
import { liveFindingText, liveJson, liveStanding, liveText, liveVerdictText } from '../live.ts';
import type { LiveFacts, LiveOutcomeRow } from '../live.ts';
import { paint } from '../paint.ts';

const plain = paint(false);
const VAULT = 'bnz7o-iuaaa-aaaaa-qaaaa-cai';

const call = {
    canister: 'vault',
    method: 'withdraw',
    arg: Uint8Array.of(0x44, 0x49),
    argText: `60, principal "${VAULT}"`
} as const;

const finding: LiveFinding = {
    scenario: 'vault/overdraw',
    invariant: 'overdraw',
    message: '120 were paid out of 100\nreally',
    violations: [
        { invariant: 'overdraw', message: '120 were paid out of 100\nreally', at: 'rest' },
        { invariant: 'open', message: 'it was open', at: 'start' }
    ],
    calls: [
        { ...call, actor: 'bob', label: 'bob#1', order: 'at-once', delay: 3 },
        { ...call, actor: 'bob', label: 'bob#2', order: 'after-reply', delay: 7 }
    ],
    concurrency: 16,
    unit: 'ms',
    principals: [{ name: 'vault', principal: VAULT }],
    seed: 4,
    planIndex: 2,
    shrunk: 'minimal',
    repeats: { times: 10, appeared: 7 },
    events: [
        { label: 'bob#1', kind: 'sent', text: '', at: 3 },
        { label: 'bob#1', kind: 'reply', text: 'true', at: 97 },
        { label: 'bob#2', kind: 'sent', text: '', at: 104 },
        { label: 'bob#2', kind: 'reject', text: 'CANISTER_ERROR: it trapped\u001b[2J', at: 190 },
        { label: 'carol#1', kind: 'unknown', text: 'other side closed', at: 200 }
    ],
    before: [{ name: 'paid', text: '0' }],
    after: [{ name: 'paid', text: '120' }]
};

const result: LiveResult = {
    scenario: 'vault/overdraw',
    about: 'two withdrawals',
    location: 'invariants/vault.invariant.ts:7',
    seed: 4,
    verdict: 'violated',
    reason: 'broken in so many plans: overdraw (1 of 3)',
    comparison: 'no-expectation',
    mismatches: [],
    notes: ['overdraw: judged at rest only'],
    broken: [{ name: 'overdraw', plans: 1, firstPlan: 2, message: '120 were paid out of 100' }],
    finding,
    stats: { plans: 3, attempts: 23, calls: 46, overlaps: 3, unknown: 1, refused: 0, programs: 1, witnessed: {} }
};

const row: LiveOutcomeRow = { language: 'motoko', result, file: '.interleave/findings/a.plan.json', elapsedMs: 3210 };
const facts: LiveFacts = {
    toolVersion: '0.1.0',
    seed: 4,
    exitCode: 1,
    interrupted: true,
    notRun: [{ scenario: 'vault/other', language: 'motoko' }],
    replica: 'http://127.0.0.1:4943',
    findings: '.interleave/findings',
    totalMs: 4000
};

describe('a live race as text', () => {
    it('tells the plan, what came back, what broke and how often; nothing in it reaches the terminal unescaped', () => {
        expect(liveFindingText(finding, row, plain)).toMatchInlineSnapshot(`
"vault/overdraw (motoko): overdraw broken
  2 calls (fewest calls seen to break it; seed 4, plan 3); the race appeared in 7 of 10 repetitions

  call bob#1: vault.withdraw(60, vault)  at 3 ms
  call bob#2: vault.withdraw(60, vault)  7 ms after the reply before

         (start)  paid = 0
    3 ms  bob#1 ->
   97 ms  bob#1 <- (true)
  104 ms  bob#2 ->
  190 ms  bob#2 <- reject: CANISTER_ERROR: it trapped\\u{1b}[2J
  200 ms  carol#1 ?  no answer: other side closed
         (rest)   paid = 120
  BROKEN overdraw: 120 were paid out of 100 really
  BROKEN open: it was open (before the first call)

  scenario  invariants/vault.invariant.ts:7
  file      .interleave/findings/a.plan.json
  repeat    npm run repro -- .interleave/findings/a.plan.json
"
`);
    });
});

describe('a live run as text', () => {
    it('has the table, the races, reasons, notes, what was not run, and a closing line', () => {
        const { finding: _finding, ...none } = { ...result, broken: [], notes: [] };
        const results: LiveResult[] = [
            { ...none, scenario: 'vault/fixed', verdict: 'passed', expected: 'holds', comparison: 'as-expected' },
            { ...none, scenario: 'vault/fault', verdict: 'skipped', reason: 'it needs a fault' },
            result
        ];
        const rows = results.map(each => ({ language: 'motoko', result: each, elapsedMs: 3210 }));
        expect(liveText(rows, facts, plain)).toMatchInlineSnapshot(`
"scenario        language  expected  verdict            plans  calls   time
vault/fixed     motoko    holds     passed                 3     46  3.2 s
vault/fault     motoko    -         skipped                3     46  3.2 s
vault/overdraw  motoko    -         violated overdraw      3     46  3.2 s

vault/overdraw (motoko): overdraw broken
  2 calls (fewest calls seen to break it; seed 4, plan 3); the race appeared in 7 of 10 repetitions

  call bob#1: vault.withdraw(60, vault)  at 3 ms
  call bob#2: vault.withdraw(60, vault)  7 ms after the reply before

         (start)  paid = 0
    3 ms  bob#1 ->
   97 ms  bob#1 <- (true)
  104 ms  bob#2 ->
  190 ms  bob#2 <- reject: CANISTER_ERROR: it trapped\\u{1b}[2J
  200 ms  carol#1 ?  no answer: other side closed
         (rest)   paid = 120
  BROKEN overdraw: 120 were paid out of 100 really
  BROKEN open: it was open (before the first call)

  scenario  invariants/vault.invariant.ts:7

vault/fault (motoko)
  skipped: it needs a fault

vault/overdraw (motoko)
  violated: broken in so many plans: overdraw (1 of 3)

note: overdraw: judged at rest only  [vault/overdraw]

interrupted; not run: vault/other (motoko)

seed 4; on http://127.0.0.1:4943; 1 of 1 verdict as expected; 1 skipped; 1 race found
"
`);
    });
});

describe('the standing of a row', () => {
    const of = (change: Partial<LiveResult>): string => liveStanding({ ...row, result: { ...result, ...change } });
    const error = { code: 'NETWORK_LOST', message: 'gone', fix: 'Start it.' };

    it('is bad for a race that nobody expected', () => expect(of({})).toBe('bad'));
    it('is good for one that was expected', () => expect(of({ comparison: 'as-expected' })).toBe('good'));
    it('is broken after an error, whatever was found', () =>
        expect(of({ comparison: 'as-expected', error })).toBe('broken'));
    it('is open for what was not decided', () => expect(of({ verdict: 'vacuous' })).toBe('open'));
    it('is its own for what was skipped', () => expect(of({ verdict: 'skipped' })).toBe('skipped'));
    it('says so in the verdict', () =>
        expect(liveVerdictText({ ...row, result: { ...result, error }, stopped: 'time-limit' })).toBe(
            'violated overdraw (then an error, time limit)'
        ));
});

it('a live run as JSON is one document, with arguments in hex and without stacks', () => {
    const error = { code: 'NETWORK_LOST', message: 'gone', fix: 'Start it.', stack: 'at home' };
    const document = JSON.parse(liveJson([{ ...row, result: { ...result, error } }], facts)) as object;
    expect(document).toMatchObject({
        format: 'interleave-live-result',
        version: 1,
        exitCode: 1,
        replica: 'http://127.0.0.1:4943',
        results: [
            {
                standing: 'broken',
                error: { code: 'NETWORK_LOST', message: 'gone', fix: 'Start it.' },
                finding: {
                    calls: [{ label: 'bob#1', argHex: '4449', delay: 3 }, { label: 'bob#2' }],
                    repeats: { times: 10, appeared: 7 },
                    repeat: 'npm run repro -- .interleave/findings/a.plan.json'
                }
            }
        ],
        timing: { results: [{ elapsedMs: 3210 }] }
    });
    expect(JSON.stringify(document)).not.toContain('at home');
});
