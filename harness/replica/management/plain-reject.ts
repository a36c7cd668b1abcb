/**
 * Rejects of outcalls and of threshold signatures. Production gives calling canisters their text alone, where that of a
 * failed execution has its error code in front (tests of its execution environment and of its consensus).
 */
import { plainReject, type RejectAnswer, type RejectCode } from '../rejects.ts';

/** Ends a management call like `ManagementReject`, which the caller of the handlers tells by the same code. */
class PlainManagementReject extends Error {
    override readonly name = 'PlainManagementReject';
    readonly code = 'replica/management-reject';
    readonly answer: RejectAnswer;

    constructor(answer: RejectAnswer) {
        super(answer.reject.message);
        this.answer = answer;
    }
}

/** IC0406 (CanisterRejectedMessage): the arguments are not acceptable. */
export function refusedRequest(message: string): Error {
    const reject = { code: 4, message, errorCode: 'IC0406' } as const;
    return new PlainManagementReject({ kind: 'reject', reject, textForCanister: message });
}

/** A reject of the system that has no error code. */
export function refusedBySystem(code: RejectCode, message: string): Error {
    return new PlainManagementReject(plainReject(code, message));
}

/** The fee of a method must be attached in full (IC interface specification: cycles are transferred with the call). */
export function checkFee(method: string, attached: bigint, fee: bigint): void {
    if (attached < fee) {
        const [sent, required] = [grouped(attached), grouped(fee)];
        throw refusedRequest(`${method} request sent with ${sent} cycles, but ${required} cycles are required.`);
    }
}

/** Digits in groups of three, as production prints cycles. */
function grouped(amount: bigint): string {
    return String(amount).replaceAll(/\B(?=(\d{3})+$)/g, '_');
}
