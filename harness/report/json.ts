/**
 * The result as one JSON document. Everything but `timing` is the same for the same seed, canisters and scenarios. Numbers that
 * may exceed 2^53 are strings; key order is fixed by construction.
 */
import type { CampaignResult, Finding, Trace } from '../explore/results.ts';
import type { RunOutcome } from './outcome.ts';
import { standing } from './outcome.ts';
import { replayCommand } from './finding.ts';

/** Version of the document's shape; raised when a key changes meaning or goes away. */
const JSON_VERSION = 1;

export interface RunFacts {
    readonly toolVersion: string;
    readonly seed: number;
    readonly exitCode: number;
    readonly interrupted: boolean;
    /** Runs that an interrupt kept from starting. */
    readonly notRun: readonly { readonly scenario: string; readonly language: string }[];
    readonly buildMs: number;
    readonly totalMs: number;
}

/** The whole run as JSON text with a line end. Pure. */
export function jsonReport(outcomes: readonly RunOutcome[], facts: RunFacts): string {
    return jsonText({
        format: 'interleave-result',
        version: JSON_VERSION,
        tool: { name: 'interleave', version: facts.toolVersion },
        seed: facts.seed,
        exitCode: facts.exitCode,
        interrupted: facts.interrupted,
        notRun: facts.notRun,
        results: outcomes.map(outcomeJson),
        timing: {
            totalMs: Math.round(facts.totalMs),
            buildMs: Math.round(facts.buildMs),
            results: outcomes.map(({ result, language, elapsedMs }) => ({
                scenario: result.scenario,
                language,
                elapsedMs: Math.round(elapsedMs)
            }))
        }
    });
}

/** JSON text of plain data: bigints become decimal strings, byte arrays hex. Pure. */
export function jsonText(value: unknown): string {
    return `${JSON.stringify(value, jsonValue, 2)}\n`;
}

function jsonValue(_key: string, value: unknown): unknown {
    if (typeof value === 'bigint') return value.toString();
    // By tag, not instanceof: arrays that crossed a worker or a test realm have another constructor.
    if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex');
    return value;
}

function outcomeJson(outcome: RunOutcome): object {
    const { result, language, file, files, stopped } = outcome;
    return {
        scenario: result.scenario,
        language,
        about: result.about,
        location: result.location,
        expected: result.expected ?? null,
        verdict: result.verdict,
        basis: result.basis,
        exhaustive: result.exhaustive,
        reason: result.reason,
        comparison: result.comparison,
        standing: standing(outcome),
        mismatches: result.mismatches,
        stopped: stopped ?? null,
        strategy: result.strategy,
        broken: result.broken,
        outcomes: result.outcomes ?? null,
        stats: result.stats,
        idleFaults: result.idleFaults ?? [],
        coverage: result.coverage ?? null,
        error: errorJson(result),
        finding: result.finding === undefined ? null : findingJson(result.finding, file),
        findings: result.findings.map((each, index) => findingJson(each, files?.[index])),
        furtherFailures: result.furtherFailures
    };
}

/** Without the stack, which holds paths and positions of this machine. */
function errorJson(result: CampaignResult): object | null {
    if (result.error === undefined) return null;
    const { code, message, fix } = result.error;
    return { code, message, fix };
}

function findingJson(finding: Finding, file: string | undefined): object {
    const { calls, schedule, trace, ...facts } = finding;
    return {
        ...facts,
        calls: calls.map(({ arg, ...call }) => ({ ...call, argHex: arg })),
        schedule,
        trace: traceJson(trace),
        file: file ?? null,
        replay: file === undefined ? null : replayCommand(file)
    };
}

/** A trace as JSON data. Pure. */
export function traceJson(trace: Trace): object {
    return { hash: trace.hash, initial: trace.initial, steps: trace.steps };
}
