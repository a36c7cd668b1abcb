/** http_request: its answer comes later. */
import { consume } from '../consumed.ts';
import type { Call, Message } from '../message.ts';
import type { Canister } from '../canister.ts';
import { general, type Done, type Method, type Request } from './method.ts';
import { beginOutcall } from './outcalls.ts';
import { HTTP_REQUEST, type HttpRequestArgs } from './outcalls-request.ts';

/** Paid by the cycles attached. */
export const OUTCALLS: readonly Method[] = [general('http_request', 'canisters', HTTP_REQUEST, httpRequest)];

function httpRequest({ subnet, sender, message }: Request, args: HttpRequestArgs): Done {
    const kept = beginOutcall(subnet, message as Message, message?.call as Call, args);
    consume(subnet, subnet.addresses.of(sender).canister as Canister, 'httpOutcalls', kept);
    return { answer: undefined, kept, steps: 0 };
}
