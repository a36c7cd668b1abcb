/** Before consensus: what decides about an ingress message (IC interface specification, "Ingress message inspection"). */
import { describe, expect, it } from '@jest/globals';
import { ALICE, BOB, bytes, Lab } from './lab.ts';
import { canister, COUNTER } from './wat.ts';

const NONE = new Uint8Array(0);
const PICKY = `${COUNTER}
    (func (export "canister_inspect_message")
        (call $add (i64.const 5))
        (if (i32.eq (call $msg_method_name_size) (i32.const 3)) (then (call $accept_message))))
    (func (export "canister_update other") (call $reply_counters))`;

function accept(lab: Lab, canisterId: Uint8Array, method = 'inc', sender = ALICE) {
    return lab.replica.accept({ sender, canisterId, method, arg: NONE });
}

describe('Acceptance (ic-semantics 3.2)', () => {
    it('lets a message in, leaves no trace, and asks inspect_message', () => {
        const lab = new Lab();
        const id = lab.install(PICKY);
        const digest = lab.replica.digest();
        expect(accept(lab, id)).toBeUndefined();
        expect(accept(lab, id, 'other')).toMatchObject({ kind: 'reject', code: 4, errorCode: 'IC0406' });
        expect(lab.replica.digest()).toBe(digest);
        expect(lab.replica.enabled()).toHaveLength(0);
        // Without inspect_message everything is let in; whether the method exists is found out when it executes.
        expect(accept(lab, lab.install(COUNTER), 'absent', BOB)).toBeUndefined();
    });

    it('refuses what could not run', () => {
        const lab = new Lab();
        expect(accept(lab, lab.create())).toMatchObject({ code: 5, errorCode: 'IC0537' });
        expect(accept(lab, new Uint8Array([0, 0, 0, 0, 0, 0, 0, 99, 1, 1]))).toMatchObject({ errorCode: 'IC0301' });
        const poor = new Lab({ fees: 'standard' });
        const id = poor.create();
        poor.installOn(id, canister(COUNTER));
        poor.leave(id, 1_000_000n);
        expect(accept(poor, id)).toMatchObject({ code: 2, errorCode: 'IC0207' });
    });

    it('is asked once: what was let in runs, whatever inspect_message would say now', () => {
        const lab = new Lab();
        const id = lab.install(PICKY);
        const call = { sender: ALICE, canisterId: id, method: 'other', arg: NONE };
        const [asked, inspected] = [lab.replica.submit(call), lab.replica.submit({ ...call, inspected: true })];
        lab.replica.settle();
        expect(lab.resultOf(asked)).toMatchObject({ errorCode: 'IC0406' });
        expect(lab.resultOf(inspected)).toMatchObject({ kind: 'reply' });
    });

    it('gives the certificate of a query to the canister that was asked', () => {
        const lab = new Lab();
        const id = lab.install(`(func (export "canister_query certificate")
            (if (i32.eqz (call $data_certificate_present)) (then (call $trap (I.const 336) (I.const 4))))
            (call $data_certificate_copy (I.const 64) (I.const 0) (call $data_certificate_size))
            (call $reply_bytes (I.const 64) (call $data_certificate_size)))`);
        const dataCertificate = new Uint8Array([1, 2, 3]);
        const call = { canisterId: id, method: 'certificate', arg: NONE };
        expect(bytes(lab.replica.query({ ...call, dataCertificate }))).toEqual(dataCertificate);
        expect(lab.replica.query(call)).toMatchObject({ kind: 'reject', errorCode: 'IC0503' });
        // Replicated execution has none.
        expect(lab.call(id, 'certificate')).toMatchObject({ errorCode: 'IC0503' });
    });
});
