/** Why a management call is rejected, with production's texts (its canister manager). Thrown by the handlers. */
import type { Canister } from '../canister.ts';
import { principalText } from '../principal.ts';
import { docs, systemReject, type RejectAnswer } from '../rejects.ts';

/** Ends a management call; everything it did is undone. Next step for the caller: what the text says. */
export class ManagementReject extends Error {
    override readonly name = 'ManagementReject';
    readonly code = 'replica/management-reject';
    readonly answer: RejectAnswer;

    constructor(errorCode: string, message: string) {
        super(message);
        this.answer = systemReject(errorCode, message);
    }
}

/** IC0512; names the controllers, as production does. */
export function notController(canister: Canister, sender: Uint8Array): ManagementReject {
    const { text } = canister.address;
    const controllers = canister.settings.controllers.map(principalText).join(' ');
    return new ManagementReject(
        'IC0512',
        `Only the controllers of the canister ${text} can control it.\nCanister's controllers: ${controllers}\n` +
            `Sender's ID: ${principalText(sender)}\n` +
            'Execute this call from a controller of the target canister or add the current caller as a controller. ' +
            docs('invalid-controller')
    );
}

/** IC0301, in the words of management calls, which differ from those of routing. */
export function noSuchCanister(text: string): ManagementReject {
    const help = `Check the ICP dashboard to ensure the canister exists. ${docs('canister-not-found')}`;
    return new ManagementReject('IC0301', `Canister ${text} not found.\n${help}`);
}

/** IC0405: no subnet gives out such an id. */
export function notHosted(text: string): ManagementReject {
    return new ManagementReject('IC0405', `Specified CanisterId ${text} is not hosted by this subnet.`);
}

/** IC0514: mode `install` needs an empty canister. */
export function notEmpty(text: string): ManagementReject {
    return new ManagementReject(
        'IC0514',
        `Canister ${text} cannot be installed because the canister is not empty. Try installing with ` +
            `mode='reinstall' instead.\n` +
            'Installing a module is only possible on a canister without one. ' +
            docs('canister-not-empty')
    );
}

/** IC0403: `create_canister` needs its fee attached. */
export function feeTooLow(fee: bigint, sent: bigint): ManagementReject {
    return new ManagementReject(
        'IC0403',
        `Creating a canister requires a fee of ${fee} that is deducted from the canister's initial balance but ` +
            `only ${sent} ` +
            'cycles were received with the create_canister request.\nTry sending more cycles with the request. ' +
            docs('create-canister-not-enough-cycles')
    );
}

/** IC0504: a setting is out of its range. */
export function badSettings(detail: string): ManagementReject {
    return new ManagementReject('IC0504', `Could not validate the settings: ${detail}`);
}

/** IC0408: the argument is not the Candid that the method takes. */
export function badPayload(detail: string): ManagementReject {
    return new ManagementReject('IC0408', `Error decoding candid: ${detail}`);
}

/** The method cannot be called by ingress. */
export function canistersOnly(method: string): ManagementReject {
    return new ManagementReject('IC0504', `Only canisters can call ic00 method ${method}`);
}

/**
 * A method that does not exist, or one of the IC's that this replica does not have yet: said by name, never ignored.
 */
export function noSuchMethod(method: string, exists: boolean): ManagementReject {
    const suffix = exists ? ' (it exists on the Internet Computer, but this tool does not implement it yet)' : '';
    return new ManagementReject('IC0536', `Management canister has no method '${method}'${suffix}`);
}

/** A use of an implemented method that is not implemented. */
export function unsupported(what: string): ManagementReject {
    return new ManagementReject('IC0536', `${what} is not implemented by this tool yet`);
}
