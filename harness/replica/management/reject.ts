/** Why a management call is rejected, with production's texts (its canister manager). Thrown by the handlers. */
import type { Canister } from '../canister.ts';
import { principalText } from '../principal.ts';
import { docs, textOnlyReject, type RejectAnswer } from '../rejects.ts';

const INTERNAL_HELP =
    'This is an internal error on the IC. Please report it to IC devs on the forum: https://forum.dfinity.org';

/** Ends a management call; everything it did is undone. Next step for the caller: what the text says. */
export class ManagementReject extends Error {
    override readonly name = 'ManagementReject';
    readonly code = 'replica/management-reject';
    readonly answer: RejectAnswer;
    /** An installation that failed: what it executed is charged. */
    failed: { readonly canister: Canister; readonly steps: number } | undefined = undefined;

    constructor(errorCode: string, message: string) {
        super(message);
        this.answer = textOnlyReject(errorCode, message);
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
    const suggestion = 'Check the ICP dashboard to ensure the canister exists.';
    return withHelp('IC0301', `Canister ${text} not found.`, suggestion, 'canister-not-found');
}

/** IC0405: no subnet gives out such an id. */
export function notHosted(text: string, subnet: Uint8Array): ManagementReject {
    return new ManagementReject(
        'IC0405',
        `Unsuccessful validation of specified ID: Specified CanisterId ${text} is not hosted by subnet ` +
            `${principalText(subnet)}.\n${INTERNAL_HELP}`
    );
}

/** IC0514: mode `install` needs an empty canister. */
export function notEmpty(text: string): ManagementReject {
    return withHelp(
        'IC0514',
        `Canister ${text} cannot be installed because the canister is not empty. Try installing with ` +
            `mode='reinstall' instead.`,
        "Check that you want to overwrite the canister and, if so, use mode='reinstall'.",
        'canister-not-empty'
    );
}

/** IC0207: `why` says which canister cannot pay. */
export function installUnpaid(why: string): ManagementReject {
    return withHelp(
        'IC0207',
        `Canister installation failed with \`${why}\`.`,
        'Top up the canister with more cycles.',
        'install-code-not-enough-cycles'
    );
}

/** IC0532: what the canister stores now would freeze it. */
export function memoryUnpaid(bytes: number, lacking: bigint): ManagementReject {
    return withHelp(
        'IC0532',
        `Canister cannot grow memory by ${bytes} bytes due to insufficient cycles. At least ${lacking} additional ` +
            'cycles are required.',
        'Top up the canister with more cycles.',
        'insufficient-cycles-in-memory-grow-1'
    );
}

/** install_chunked_code: chunks are shared within one subnet only. */
export function noSuchStore(store: string, subnet: Uint8Array, target: string): ManagementReject {
    return new ManagementReject(
        'IC0504',
        `InstallChunkedCode Error: Store canister ${store} was not found on subnet ${principalText(subnet)} of ` +
            `target canister ${target}`
    );
}

/** IC0510. */
export function notStopped(text: string): ManagementReject {
    const what = `Canister ${text} must be stopped before it is deleted.`;
    return withHelp('IC0510', what, 'Stop the canister before deleting it.', 'delete-canister-not-stopped');
}

/** IC0512: a canister's last act cannot be its own deletion. */
export function deletesItself(text: string): ManagementReject {
    const suggestion = 'Delete the canister from one of its other controllers.';
    return withHelp('IC0512', `Canister ${text} cannot delete itself.`, suggestion, 'delete-canister-self');
}

/** IC0512: whoever calls a subnet by its id must be on it, or on the NNS, to create canisters there. */
export function notFromThere(): ManagementReject {
    const text = 'Cannot create canister. Sender should be on the same subnet or on the NNS subnet.';
    return new ManagementReject('IC0512', text);
}

/** IC0203: something for the canister is still on its way. */
export function queueNotEmpty(text: string): ManagementReject {
    return withHelp(
        'IC0203',
        `Canister ${text} has messages in its queues and cannot be deleted now. Please retry after some time.`,
        'Wait until the queues have been cleared to delete the canister and in the meantime stop the canister.',
        'delete-canister-queue-not-empty'
    );
}

/** IC0205, a bug of whoever chose the id. */
export function idExists(text: string): ManagementReject {
    const what = `Unsuccessful canister creation: canister id ${text} already exists.`;
    return new ManagementReject('IC0205', `${what}\n${INTERNAL_HELP}`);
}

/** IC0504: chunks and their hashes. */
export function chunkStoreError(detail: string): ManagementReject {
    return withHelp(
        'IC0504',
        `Error from Wasm chunk store: ${detail}.`,
        'Use the `stored_chunks` API to check which hashes are present or top up the canister if it is low on cycles.',
        'wasm-chunk-store-error'
    );
}

/** A canister named another version than the one that it had. */
export function wrongSenderVersion(given: bigint, actual: bigint): ManagementReject {
    return new ManagementReject(
        'IC0504',
        `Management canister call payload includes sender canister version ${given} that does not match the actual ` +
            `sender canister version ${actual}.`
    );
}

/** What a user is told before consensus who may not manage the canister. */
export function ingressNotAllowed(canister: string, method: string): ManagementReject {
    return new ManagementReject('IC0512', `Only controllers of canister ${canister} can call ic00 method ${method}`);
}

/** The setting `log_visibility` says no. */
export function logsNotAllowed(sender: Uint8Array): ManagementReject {
    return new ManagementReject('IC0406', `Caller ${principalText(sender)} is not allowed to access canister logs`);
}

/** Nothing else can be asked of the management canister in a query. */
export function notAQuery(method: string): ManagementReject {
    return new ManagementReject('IC0536', `Query method ${method} not found.`);
}

/** The methods that must be queries. */
export function queriesOnly(method: string): ManagementReject {
    return new ManagementReject('IC0406', `${method} API is only accessible in non-replicated mode`);
}

/** A text with a line of help and where to read on, as most of them have. */
export function withHelp(errorCode: string, what: string, suggestion: string, anchor: string): ManagementReject {
    return new ManagementReject(errorCode, `${what}\n${suggestion} ${docs(anchor)}`);
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

/** IC0504: the settings as a whole are not valid. */
export function badSettings(detail: string): ManagementReject {
    return withHelp(
        'IC0504',
        `Could not validate the settings: ${detail} `,
        'Apply the described changes to make the settings valid.',
        'invalid-settings'
    );
}

/** IC0408: the argument is not the Candid that the method takes. */
export function badPayload(detail: string): ManagementReject {
    return new ManagementReject('IC0408', `Error decoding candid: ${detail}`);
}

/** The method cannot be called by ingress. */
export function canistersOnly(method: string): ManagementReject {
    return new ManagementReject('IC0406', `Only canisters can call ic00 method ${method}`);
}

/**
 * A method that does not exist, or one of the IC's that this replica does not have yet: said by name, never ignored.
 */
export function noSuchMethod(method: string, exists: boolean): ManagementReject {
    const suffix = exists ? ' (it exists on the Internet Computer, but this tool does not implement it yet)' : '';
    return new ManagementReject('IC0536', `Management canister has no method '${method}'${suffix}`);
}
