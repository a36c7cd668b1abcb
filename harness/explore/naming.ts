/** Names of messages for people; rendered only when a schedule is recorded. */
import type { MessageDescription } from '../trace/types.ts';

/**
 * `alice#2: vault.withdraw`, `vault -> ledger.transfer [alice#2]`, `reply ledger.transfer [alice#2]`, `reject ...`, `timer vault`,
 * `outcall GET https://example.org [alice#2]`.
 * `root` is the label of the root call that caused the message.
 */
export function messageName(about: MessageDescription, root: string | undefined): string {
    const cause = root === undefined ? '' : ` [${root}]`;
    switch (about.kind) {
        case 'ingress':
            return `${root ?? about.sender}: ${about.canister}.${about.method}`;
        case 'request':
            return `${about.sender} -> ${about.canister}.${about.method}${cause}`;
        case 'response':
            return `${about.reject === undefined ? 'reply' : 'reject'} ${about.callee ?? '?'}.${about.method}${cause}`;
        case 'outcall':
            return `outcall ${about.outcall?.request ?? '?'}${cause}`;
        case 'timer':
        case 'heartbeat':
            return `${about.kind} ${about.canister}${cause}`;
        case 'control':
            return about.method.startsWith('clock') ? about.method : `${about.method} ${about.canister}${cause}`;
        case 'hook':
            return `low memory ${about.canister}${cause}`;
    }
}
