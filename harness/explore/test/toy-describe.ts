/** Descriptions of toy messages that are under way. */
import type { MessageDescription, PendingMessage } from '../../trace/types.ts';
import type { Pending, World } from './toy-types.ts';

/** Throws when the message is not under way: a description of what is gone would be a guess. */
export function describeToy(world: World, canisters: readonly string[], message: PendingMessage): MessageDescription {
    const found = [...world.pending, ...world.waiting].find(each => each.message === message);
    if (found !== undefined) return describePending(found, canisters);
    const timer = message.kind === 'timer' ? world.timers[message.canister] : undefined;
    if (timer === undefined) throw new Error(`message ${message.key} is not under way`);
    const { path } = timer;
    const canister = canisters[message.canister]!;
    return { path, kind: 'timer', canister, sender: 'aaaaa-aa', method: '', data: new Uint8Array(), bestEffort: false };
}

function describePending(pending: Pending, canisters: readonly string[]): MessageDescription {
    const { kind, path } = pending;
    if (kind === 'ingress') {
        const { canister, actor: sender, method, arg: data } = pending.call;
        return { path, kind, canister, sender, method, data, bestEffort: false };
    }
    const { method, arg, bestEffort, caller, callee } = kind === 'request' ? pending : pending.request;
    const [from, to] = [canisters[caller]!, canisters[callee]!];
    if (kind === 'request') return { path, kind, canister: to, sender: from, method, data: arg, bestEffort };
    const response = { path, kind, canister: from, sender: to, callee: to, method, argument: arg, bestEffort };
    const { result } = pending;
    if (result.kind === 'reply') return { ...response, data: result.reply };
    const { code, message } = result;
    return { ...response, data: new Uint8Array(), reject: { code, message } };
}
