/** HTTP outcalls of canisters that are uninstalled, stopped or upgraded while one is under way. */
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { describe, expect, it } from '@jest/globals';
import type { OutcallAnswer } from '../index.ts';
import { HTTP_REQUEST } from '../management/outcalls-request.ts';
import type { Lab } from './lab.ts';
import { ask, client, CLIENT, ok, transform } from './outcall-client.ts';
import { forward } from './proxy.ts';
import { canister } from './wat.ts';

describe('an outcall whose canister changes meanwhile, fact sheet 1.4, 3.5 and 3.8', () => {
    function open(answer: OutcallAnswer, method: string): { lab: Lab; id: Uint8Array } {
        const { lab, id } = client(() => [answer]);
        const args = { ...ask, transform: transform(id, method) };
        lab.submit(id, 'go', forward('http_request', HTTP_REQUEST, args), 'a');
        lab.next();
        lab.next();
        return { lab, id };
    }

    const about = (id: Uint8Array) => ({ canister_id: Principal.fromUint8Array(id), sender_canister_version: [] });
    const ABOUT = IDL.Record({ canister_id: IDL.Principal, sender_canister_version: IDL.Opt(IDL.Nat64) });

    it('uninstalled: the answer goes nowhere, and rollback brings everything back', () => {
        const { lab, id } = open(ok, 'clean');
        const mark = lab.replica.mark();
        const digest = lab.replica.digest();
        lab.manage('uninstall_code', ABOUT, about(id));
        lab.replica.settle();
        expect([lab.replica.quiescent(), lab.paths()]).toEqual([true, []]);
        lab.replica.rollback(mark);
        expect(lab.replica.digest()).toBe(digest);
        lab.replica.settle();
        expect(lab.replica.quiescent()).toBe(true);
    });

    it('stopped: it waits for the answer, which still arrives', () => {
        const { lab, id } = open(ok, 'clean');
        const stop = lab.submitManagement('stop_canister', ABOUT, about(id));
        lab.replica.execute(stop);
        expect(lab.replica.result(stop)).toBeUndefined();
        lab.next();
        // A transform function is a query, which a stopping canister does not answer.
        const [response] = lab.replica.enabled();
        const { reject } = lab.replica.describe(response as NonNullable<typeof response>);
        expect(reject?.message).toContain('is not running');
        lab.replica.settle();
        expect(lab.replica.result(stop)?.kind).toBe('reply');
    });

    it('upgraded: the transform function of the new module runs', () => {
        const { lab, id } = open(ok, 'says_no');
        lab.installOn(id, canister(CLIENT.replace('query says_no', 'query gone')), undefined, { upgrade: [] });
        const [outcallMessage] = lab.replica.enabled();
        lab.replica.execute(outcallMessage as NonNullable<typeof outcallMessage>);
        const [response] = lab.replica.enabled();
        const { reject } = lab.replica.describe(response as NonNullable<typeof response>);
        expect(reject?.message).toContain("Canister has no query method 'says_no'");
    });
});
