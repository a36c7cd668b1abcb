/** Fixed data for golden texts: a race of two withdrawals, as exploration hands it out. */
import type { CampaignResult, Finding, NamedText, Trace, TraceStep } from '../../explore/results.ts';
import type { RunOutcome } from '../outcome.ts';

const ALICE = '535yc-uxytb-gfk7h-tny7p-vjkoe-i4krp-3qmcl-uqfgr-cpgej-yqtjq-rqe';

function observed(balance: string, paid: string): NamedText[] {
    return [
        { name: 'balance', text: balance },
        { name: 'paid', text: paid }
    ];
}

/** A committed message; `part` says what is particular. */
function traceStep(part: Partial<TraceStep> & Pick<TraceStep, 'number' | 'kind'>): TraceStep {
    return {
        step: { act: 'execute', path: `alice#1/${part.number}`, name: `step ${part.number}` },
        canister: 'vault',
        sender: 'alice',
        method: 'withdraw_stale',
        rootLabel: 'alice#1',
        dataText: '60',
        status: 'committed',
        cleanup: 'none',
        prints: [],
        sent: [],
        observed: observed('100', '0'),
        changed: [],
        violations: [],
        steps: 120,
        timeNs: 1_620_328_630_000_000_000n,
        ...part
    };
}

const request = { kind: 'request', canister: 'ledger', sender: 'vault', method: 'transfer' } as const;
const response = { kind: 'response', sender: 'ledger', callee: 'ledger', method: 'transfer' } as const;
const outcall = {
    kind: 'outcall',
    canister: 'aaaaa-aa',
    sender: 'vault',
    method: 'http_request',
    outcall: 'POST https://bank.example/pay "60"',
    observed: []
} as const;
const overdraw = 'balance is -20, must not be negative';

export const raceTrace: Trace = {
    initial: { observed: observed('100', '0'), model: '{ balance = 100 }' },
    steps: [
        traceStep({ number: 1, kind: 'ingress', model: '{ balance = 100 }' }),
        traceStep({
            number: 2,
            kind: 'ingress',
            rootLabel: 'bob#1',
            sender: 'bob',
            model: '{ balance = 100 }',
            prints: ['checked: 100 >= 60', 'two\nlines \u001b[31mred']
        }),
        traceStep({
            ...request,
            number: 3,
            dataText: `"${ALICE}", 60`,
            observed: observed('100', '60'),
            changed: ['paid'],
            model: '{ balance = 100 }'
        }),
        traceStep({
            ...response,
            number: 4,
            dataText: 'variant { ok = 1 }',
            observed: observed('40', '60'),
            changed: ['balance'],
            answered: { label: 'alice#1', text: 'true', ok: true },
            model: '{ balance = 40 }'
        }),
        traceStep({
            ...request,
            number: 5,
            rootLabel: 'bob#1',
            dataText: '"bob", 60',
            observed: observed('40', '120'),
            changed: ['paid'],
            model: '{ balance = 40 }',
            violations: [{ invariant: 'overdraw', message: overdraw, step: 5 }]
        })
    ],
    hash: '5f'.repeat(32)
};

/** Every kind of line that a trace can have and the race does not show: faults, traps, refusals, timers. */
export const faultTrace: Trace = {
    initial: { observed: [] },
    steps: [
        traceStep({
            ...request,
            number: 1,
            status: 'refused',
            observed: [],
            step: { act: 'reject', path: 'alice#1/0', name: 'x', code: 2, text: 'injected' }
        }),
        traceStep({
            ...response,
            number: 2,
            dataText: '',
            observed: [],
            reject: { code: 2, message: 'injected\u202e fault' },
            status: 'trapped',
            cleanup: 'ran',
            error: { code: 5, message: 'IC0503: trapped explicitly: no money', errorCode: 'IC0503' },
            answered: { label: 'alice#1', text: 'CANISTER_ERROR: no money', ok: false }
        }),
        traceStep({
            ...request,
            number: 3,
            observed: [],
            step: { act: 'expire', path: 'alice#1/1', name: 'x' },
            dataText: `blob "${'\\00'.repeat(200)}"`
        }),
        traceStep({
            number: 4,
            kind: 'ingress',
            method: 'nonsense',
            status: 'refused',
            observed: [],
            error: { code: 5, message: "Canister has no update method 'nonsense'", errorCode: 'IC0536' }
        }),
        (({ rootLabel: _none, ...timer }) => timer)(
            traceStep({
                number: 5,
                kind: 'timer',
                method: '',
                dataText: '',
                observed: [],
                status: 'trapped',
                cleanup: 'trapped'
            })
        ),
        traceStep({ ...outcall, number: 6, dataText: '200 "paid"' }),
        traceStep({
            ...outcall,
            number: 7,
            step: { act: 'reject', path: 'alice#1/2/o', name: 'x', code: 2, text: 'Canister http request timed out' },
            dataText: ''
        })
    ],
    hash: 'a0'.repeat(32)
};

export const raceFinding: Finding = {
    scenario: 'vault-stale/overdraw',
    calls: [
        {
            actor: 'alice',
            label: 'alice#1',
            canister: 'vault',
            method: 'withdraw_stale',
            arg: new Uint8Array([0x44, 0x49]),
            argText: '60',
            order: 'at-once'
        },
        {
            actor: 'bob',
            label: 'bob#1',
            canister: 'vault',
            method: 'withdraw_stale',
            arg: new Uint8Array([0x44, 0x49]),
            argText: '60',
            order: 'after-reply'
        }
    ],
    principals: [{ name: 'alice', principal: ALICE }],
    schedule: raceTrace.steps.map(({ step }) => step),
    invariant: 'overdraw',
    message: overdraw,
    cause: {
        overlaps: ['vault.withdraw_stale || vault.withdraw_stale'],
        faults: [],
        calls: ['vault.withdraw_stale']
    },
    identity: 'overdraw: vault.withdraw_stale || vault.withdraw_stale',
    alsoBroken: [],
    violations: [{ invariant: 'overdraw', message: overdraw, step: 5 }],
    faults: 0,
    switches: 1,
    seed: 7,
    strategy: 'random',
    scheduleIndex: 1233,
    shrunk: 'minimal',
    trace: raceTrace
};

export function campaign(part: Partial<CampaignResult>): CampaignResult {
    return {
        scenario: 'vault-stale/overdraw',
        about: 'two withdrawals of 60 from 100',
        location: 'invariants/vault-stale.invariant.ts:12',
        strategy: 'random',
        seed: 7,
        verdict: 'passed',
        basis: { kind: 'sampled', schedulesRun: 1000, bound: { messages: 10_000, timeAdvances: 20 } },
        exhaustive: false,
        reason: 'no invariant broke in 1000 schedules',
        comparison: 'no-expectation',
        mismatches: [],
        broken: [],
        findings: part.finding === undefined ? [] : [part.finding],
        furtherFailures: 0,
        stats: {
            schedules: 1000,
            messages: 61_800,
            steps: 12_345_678,
            overlaps: 990,
            faults: 0,
            programs: 1,
            cut: 0,
            witnessed: { 'both paid': 12 }
        },
        ...part
    };
}

const broken = [{ name: 'overdraw', schedules: 12, firstSchedule: 1233, message: overdraw }];

/** One row of every kind. */
export const rows: Readonly<Record<string, RunOutcome>> = {
    race: {
        language: 'motoko',
        elapsedMs: 950,
        file: '.interleave/findings/vault-stale-overdraw.motoko.5f5f5f5f5f5f.schedule.json',
        result: campaign({
            verdict: 'violated',
            reason: 'overdraw broke in 12 schedules',
            expected: 'breaks overdraw',
            comparison: 'as-expected',
            broken,
            finding: raceFinding
        })
    },
    unexpectedRace: {
        language: 'azle',
        elapsedMs: 12_340,
        result: campaign({
            scenario: 'mine',
            verdict: 'violated',
            reason: 'overdraw broke',
            broken,
            finding: raceFinding
        })
    },
    holds: {
        language: 'motoko',
        elapsedMs: 61_000,
        result: campaign({ scenario: 'vault-rollback', expected: 'holds', comparison: 'as-expected', exhaustive: true })
    },
    missed: {
        language: 'motoko',
        elapsedMs: 5,
        stopped: 'time-limit',
        result: campaign({
            scenario: 'withdraw-swapped',
            expected: 'breaks overdraw',
            comparison: 'unexpected',
            mismatches: ['expected overdraw to break, nothing broke']
        })
    },
    vacuous: {
        language: 'motoko',
        elapsedMs: 5,
        result: campaign({
            scenario: 'never',
            verdict: 'vacuous',
            reason: 'no two calls were ever open at once',
            expected: 'holds',
            comparison: 'unexpected'
        })
    },
    outcomes: {
        language: 'azle',
        elapsedMs: 5,
        result: campaign({
            scenario: 'observe-intermediate',
            expected: 'observe',
            comparison: 'unexpected',
            mismatches: [],
            outcomes: [
                { text: '0', seen: 3, expected: true },
                { text: '1', seen: 0, expected: true },
                { text: '2', seen: 4, expected: false }
            ]
        })
    },
    error: {
        language: 'motoko',
        elapsedMs: 5,
        result: campaign({
            scenario: 'broken',
            verdict: 'error',
            reason: 'the invariant threw',
            error: {
                code: 'INVARIANT_THREW',
                message: 'invariant "x" threw:\nTypeError',
                fix: 'Fix the invariant.',
                stack: 'x.ts:1'
            }
        })
    }
};
