/** start_canister, stop_canister, delete_canister. */
import type { Canister } from '../canister.ts';
import { respond } from '../contexts.ts';
import { startRunning, stop } from '../lifecycle.ts';
import type { Message } from '../message.ts';
import { equalBytes } from '../principal.ts';
import type { Subnet } from '../subnet.ts';
import { CONTROLLERS_AND_ADMINS } from './access.ts';
import { about, done, type Done, type Method, type Request } from './method.ts';
import { deletesItself, notStopped, queueNotEmpty } from './reject.ts';
import { CANISTER_ID } from './types.ts';

export const RUNNING: readonly Method[] = [
    about('start_canister', 'everyone', CANISTER_ID, CONTROLLERS_AND_ADMINS, ({ subnet }, canister) => {
        startRunning(subnet, canister, respond);
        return done();
    }),
    about('stop_canister', 'everyone', CANISTER_ID, CONTROLLERS_AND_ADMINS, ({ subnet, message }, canister) => {
        stop(subnet, canister, message as Message, respond);
        return { answer: undefined, kept: 0n, steps: 0 };
    }),
    about('delete_canister', 'everyone', CANISTER_ID, CONTROLLERS_AND_ADMINS, deleteCanister)
];

/** State and cycles are gone for ever, and the id with them: whoever still calls it is told that it does not exist. */
function deleteCanister({ subnet, sender }: Request, canister: Canister): Done {
    const { journal, canisters } = subnet;
    const { address } = canister;
    if (equalBytes(address.bytes, sender)) {
        throw deletesItself(address.text);
    }
    if (canister.status !== 'stopped') {
        throw notStopped(address.text);
    }
    if (hasMessages(subnet, canister)) {
        throw queueNotEmpty(address.text);
    }
    journal.set(address, 'canister', undefined);
    journal.remove(canisters, canisters.indexOf(canister));
    journal.push(subnet.deleted, address);
    return done();
}

/** A stopped canister has no open calls, so that all that can be on its way are calls of others. */
function hasMessages({ pending }: Subnet, { address }: Canister): boolean {
    return [...pending.enabled, ...pending.blocked].some(({ canister }) => canister === address.index);
}
