/** One line for one step of a trace: who sent what to whom, and for which root call. */
import { REJECT_CODE_NAMES } from '../trace/types.ts';
import type { Reject } from '../trace/types.ts';
import type { AnsweredCall, TraceStep } from '../explore/results.ts';
import { cut, oneLine, plain } from './text.ts';

/** Replaces principals in a text by names; see `namer`. */
export type Named = (text: string) => string;

/** Characters of an argument list or reply shown in a message line. */
const DATA_MAX = 60;
/** Characters of a reject message shown in a message line; its full text stands in the schedule's trace (JSON). */
const REJECT_MAX = 200;

/**
 * `alice#1 -> vault.withdraw(60)`, `vault -> ledger.transfer("bob", 60) [alice#1]`, `reply ledger.transfer [alice#1] = 1`,
 * `timer vault`, `outcall GET https://example.org [alice#1] = 200 "yes"`; faults start with `fault:`. Foreign text is escaped, principals that `named` knows appear as names. Pure.
 */
export function messageText(step: TraceStep, named: Named): string {
    const message = bareMessage(step, named);
    switch (step.step.act) {
        case 'execute':
            return message;
        case 'reject': {
            const { code } = step.step;
            return `fault: rejected ${message}${code === undefined ? '' : ` with ${REJECT_CODE_NAMES[code]}`}`;
        }
        case 'expire':
            return `fault: expired ${message}`;
        case 'abandon':
            return `fault: expired, yet to be delivered: ${message}`;
        case 'trap':
            return `fault: trap at the start of ${message}`;
        case 'exhaust':
            return `fault: out of instructions at the end of ${message}`;
        case 'trap-cleanup':
            return `fault: trap at the start, and in the cleanup, of ${message}`;
        case 'uninspected':
            return `fault: not inspected: ${message}`;
        case 'full-queue':
            return `fault: queue full for ${plain(step.step.text ?? 'calls')} in ${message}`;
        case 'delay':
            return `fault: late: ${message}`;
        case 'lose':
            return `fault: never delivered: ${message}`;
        case 'strike':
            return `fault: ${message}`;
    }
}

function bareMessage(step: TraceStep, named: Named): string {
    const root = step.rootLabel === undefined ? '' : ` [${plain(step.rootLabel)}]`;
    const data = cut(plain(named(step.dataText)), DATA_MAX);
    const method = plain(step.method);
    switch (step.kind) {
        case 'ingress':
            return `${plain(step.rootLabel ?? step.sender)} -> ${plain(step.canister)}.${method}(${data})`;
        case 'request':
            return `${plain(step.sender)} -> ${plain(step.canister)}.${method}(${data})${root}`;
        case 'response': {
            const call = `${plain(step.callee ?? step.sender)}.${method}${root}`;
            if (step.reject !== undefined) return `reject ${call} = ${rejectText(step.reject, named)}`;
            return `reply ${call} = ${data === '' ? '()' : data}`;
        }
        case 'outcall': {
            const call = `outcall ${cut(plain(named(step.outcall ?? '?')), DATA_MAX)}${root}`;
            return data === '' ? call : `${call} = ${data}`;
        }
        case 'timer':
        case 'heartbeat':
            return `${step.kind} ${plain(step.canister)}${root}`;
        case 'control':
            return controlText(step);
        case 'hook':
            return `low memory ${plain(step.canister)}${root}`;
    }
}

/** The root calls that a step answered, its own first. */
export function answersOf({ answered, alsoAnswered = [] }: TraceStep): readonly AnsweredCall[] {
    return answered === undefined ? alsoAnswered : [answered, ...alsoAnswered];
}

/** `stop ledger`, `time passes: 60s`. */
export function controlText({ method, canister }: TraceStep): string {
    if (method === 'clock+timer') return 'time passes until a timer is due';
    if (method.startsWith('clock+')) return `time passes: ${plain(method.slice('clock+'.length))}`;
    return `${CONTROLS[method] ?? plain(method)} ${plain(canister)}`;
}

const CONTROLS: Readonly<Record<string, string>> = {
    'stop': 'stop',
    'start': 'start',
    'freeze': 'no cycles left in',
    'top-up': 'top up',
    'uninstall': 'uninstall',
    'upgrade': 'upgrade',
    'take-snapshot': 'take a snapshot of',
    'load-snapshot': 'load the snapshot of'
};

/** `CANISTER_ERROR IC0503: message`, escaped and cut. Pure. */
export function rejectText(reject: Reject, named: Named): string {
    const known = reject.errorCode !== undefined && !reject.message.startsWith(reject.errorCode);
    const error = known ? ` ${plain(reject.errorCode)}` : '';
    return `${REJECT_CODE_NAMES[reject.code]}${error}: ${cut(oneLine(named(reject.message)), REJECT_MAX, 0)}`;
}
