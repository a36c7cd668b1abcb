/** Canister logs (ic-semantics 6.2, fetch_canister_logs). */
import { Principal } from '@dfinity/principal';
import { describe, expect, it } from '@jest/globals';
import { asQuery, decoded } from './ic.ts';
import { ALICE, BOB, Lab, rejection, text } from './lab.ts';
import { COUNTER } from './wat.ts';

describe('6.2 Logs', () => {
    interface Records {
        canister_log_records: { idx: bigint; timestamp_nanos: bigint; content: Uint8Array }[];
    }
    const lines = (lab: Lab, id: Uint8Array): string[] =>
        decoded<Records>('fetch_canister_logs', asQuery(lab, 'fetch_canister_logs', id)).canister_log_records.map(
            ({ idx, content }) => `${idx} ${Buffer.from(content).toString()}`
        );
    const TALKS = `${COUNTER}
        (func $say (call $debug_print (I.const 336) (I.const 4)))
        (func (export "canister_update say") (call $say) (call $reply_counters))
        (func (export "canister_query ask") (call $say) (call $reply_counters))
        (func (export "canister_update stop") (call $say) unreachable)
        (func (export "canister_update trap") (call $trap (I.const 336) (I.const 4)))
        (func (export "canister_update silent") (call $trap (I.const 336) (I.const 0)))
        (func (export "canister_update kilobyte")
            (call $debug_print (I.const 1024) (I.const 1000)) (call $reply_counters))`;

    it('keep what replicated executions print and why they trap', () => {
        const lab = new Lab();
        const id = lab.install(TALKS);
        for (const method of ['say', 'stop', 'trap', 'silent', 'ask']) {
            lab.call(id, method);
        }
        lab.query(id, 'ask');
        expect(lines(lab, id)).toEqual([
            '0 boom',
            '1 boom',
            '2 [TRAP]: unreachable',
            '3 [TRAP]: boom',
            '4 [TRAP]: (no message)',
            '5 boom'
        ]);
    });

    it('hold 4 KiB: the oldest make room', () => {
        const lab = new Lab();
        const id = lab.install(TALKS);
        for (let at = 0; at < 6; at++) {
            lab.call(id, 'kilobyte');
        }
        expect(lines(lab, id).map((line) => line.slice(0, 1))).toEqual(['2', '3', '4', '5']);
    });

    it('are for controllers, viewers, or all', () => {
        const lab = new Lab();
        const id = lab.install(TALKS);
        expect(rejection(asQuery(lab, 'fetch_canister_logs', id, BOB))).toMatchObject({
            errorCode: 'IC0406',
            message: `Caller ${text(BOB)} is not allowed to access canister logs`
        });
        for (const visibility of [{ public: null }, { allowed_viewers: [Principal.fromUint8Array(BOB)] }]) {
            lab.settings(id, { log_visibility: [visibility] });
            expect(asQuery(lab, 'fetch_canister_logs', id, BOB).kind).toBe('reply');
            expect(asQuery(lab, 'fetch_canister_logs', id, ALICE).kind).toBe('reply');
        }
    });
});
