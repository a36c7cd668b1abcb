/** Where a scenario stands in its file. */
import { fileURLToPath } from 'node:url';

/**
 * File and line of whoever called `callee`, as `/project/invariants/vault.invariant.ts:12`, or `unknown` where the stack does not tell.
 * Reads V8's stack text; neither clock nor randomness.
 */
export function callerLocation(callee: (...args: never[]) => unknown): string {
    const limit = Error.stackTraceLimit;
    // Traps of canisters run with a limit of 0 because that halves their cost; here the first frame is all that is needed.
    Error.stackTraceLimit = 1;
    const holder: { stack?: string } = {};
    Error.captureStackTrace(holder, callee);
    Error.stackTraceLimit = limit;
    const match = /\(?((?:file:\/\/|\/|[A-Za-z]:\\)[^()\n]*):(\d+):\d+\)?\s*$/m.exec(holder.stack ?? '');
    if (match?.[1] === undefined) return 'unknown';
    const file = match[1].startsWith('file://') ? fileURLToPath(match[1].replace(/\?.*$/, '')) : match[1];
    return `${file}:${match[2]}`;
}
