/**
 * Rejections, which the client library throws as sentences. Their codes are names on the wire, although its types say numbers.
 */
import type { Reject, RejectCode } from '../../trace/types.ts';

/** Reject codes by the names that the server gives them. */
const CODES: Readonly<Record<string, RejectCode>> = {
    SysFatal: 1,
    SysTransient: 2,
    DestinationInvalid: 3,
    CanisterReject: 4,
    CanisterError: 5,
    SysUnknown: 6
};

/** The message of the canister comes first and may hold anything, line breaks and these very words included. */
const SENTENCE = /^Canister call failed: ([\s\S]*)\. Reject code: (\w+)\. Error code: (\w+)\. Certified: (?:true|false)$/;

/** The rejection in what the client library threw; undefined when it threw for another reason. Pure. */
export function rejectIn(thrown: unknown): Reject | undefined {
    const [, message, code = '', errorCode] = SENTENCE.exec((thrown as Error | null)?.message ?? '') ?? [];
    const number = CODES[code] ?? Number(code);
    if (message === undefined || errorCode === undefined || !(number >= 1 && number <= 6)) return undefined;
    return { code: number as RejectCode, message, errorCode };
}
