/** What is known of calls, and for how long ("Asynchronous canister calling"): states, pruning, limits. */
import { describe, expect, it } from '@jest/globals';
import { Lab } from '../../replica/test/lab.ts';
import { canister } from '../../replica/test/wat.ts';
import { find, type HashTree } from '../hash-tree.ts';
import type { Ingress } from '../ingress-history.ts';
import { isAnswered, ServedNode } from '../node.ts';

const MINUTE_NS = 60_000_000_000n;
const SENDER = Uint8Array.of(4);
const NONE = new Uint8Array(0);

/** A node whose canister answers, asks itself first, or replies a megabyte. */
function setUp() {
    const lab = new Lab({ lineageMax: 8 });
    const id = lab.install(
        canister(`
        (table 2 funcref) (elem (i32.const 0) func $done $done)
        (func $done (param i32) (call $msg_reply))
        (func (export "canister_update now") (call $msg_reply))
        (func (export "canister_update asks")
            (call $canister_self_copy (i32.const 128) (i32.const 0) (i32.const 10))
            (call $call_inc (i32.const 0) (i32.const 1)))
        (func (export "canister_update inc") (call $msg_reply))
        (func (export "canister_update large")
            (drop (memory.grow (i32.const 30)))
            (call $msg_reply_data_append (i32.const 0) (i32.const 2000000))
            (call $msg_reply))
        (func (export "canister_update trap") (unreachable))`)
    );
    const node = new ServedNode(lab.replica, '0');
    let calls = 0;
    const call = (method: string, expiresNs = 5n * MINUTE_NS): Ingress => {
        const requestId = new Uint8Array(32);
        new DataView(requestId.buffer).setUint32(0, ++calls);
        return node.submit(
            { sender: SENDER, canisterId: id, method, arg: NONE },
            {
                requestId,
                sender: SENDER,
                canisterId: id,
                effectiveId: id,
                expiryNs: lab.replica.time() + expiresNs
            }
        );
    };
    const step = (): void => {
        lab.next();
        node.executed();
    };
    const wait = (ns: bigint): void => {
        lab.replica.advanceTime(ns);
        node.expireCalls();
        node.executed();
    };
    return { lab, node, call, step, wait };
}

function shown(tree: HashTree, { requestId }: Ingress, label: string): string | undefined {
    const entry = find(tree, requestId);
    const value = entry === undefined ? undefined : find(entry, new TextEncoder().encode(label));
    return value?.kind === 'leaf' ? new TextDecoder('latin1').decode(value.value) : undefined;
}

describe('a call', () => {
    it('is received, processing, replied', () => {
        const { node, call, step } = setUp();
        const ingress = call('asks');
        const states: (string | undefined)[] = [];
        for (let steps = 0; steps < 4; steps++) {
            states.push(shown(node.history.tree, ingress, 'status'));
            if (!isAnswered(ingress)) {
                step();
            }
        }
        expect(states).toStrictEqual(['received', 'processing', 'processing', 'replied']);
        expect(shown(node.history.tree, ingress, 'reply')).toBe('');
    });

    it('that fails is rejected with code, text and error code', () => {
        const { node, call, step } = setUp();
        const ingress = call('trap');
        step();
        const { tree } = node.history;
        expect(shown(tree, ingress, 'status')).toBe('rejected');
        expect(shown(tree, ingress, 'reject_code')).toBe('\x05');
        expect(shown(tree, ingress, 'error_code')).toBe('IC0502');
        expect(shown(tree, ingress, 'reject_message')).toMatch(/^Error from Canister .*unreachable/);
    });

    it('that waits beyond its expiry never starts', () => {
        const { lab, node, call, wait } = setUp();
        const ingress = call('now', MINUTE_NS);
        wait(MINUTE_NS);
        expect(shown(node.history.tree, ingress, 'status')).toBe('received');
        wait(1n);
        expect(shown(node.history.tree, ingress, 'status')).toBe('rejected');
        expect(shown(node.history.tree, ingress, 'reject_message')).toMatch(/timed out waiting to start executing\.$/);
        expect(lab.replica.enabled()).toHaveLength(0);
    });

    it('that was answered is forgotten five minutes after, and not before it expires', () => {
        const { node, call, step, wait } = setUp();
        const short = call('now', MINUTE_NS);
        step();
        const long = call('now', 6n * MINUTE_NS);
        step();
        wait(5n * MINUTE_NS);
        expect(node.history.get(short.requestId)).toBe(short);
        wait(1n);
        expect(node.history.get(short.requestId)).toBeUndefined();
        expect(shown(node.history.tree, short, 'status')).toBeUndefined();
        expect(node.history.get(long.requestId)).toBe(long);
        wait(MINUTE_NS);
        expect(node.history.size).toBe(0);
        expect(node.history.tree).toStrictEqual({ kind: 'empty' });
    });

    it('that is still being processed is never forgotten', () => {
        const { node, call, step, wait } = setUp();
        const ingress = call('asks');
        step();
        wait(20n * MINUTE_NS);
        expect(node.history.get(ingress.requestId)?.status).toBe('processing');
    });
});

it('large answers are dropped, oldest first; their calls are done', () => {
    const { node, call, step } = setUp();
    const calls = Array.from({ length: 140 }, () => {
        const ingress = call('large');
        step();
        return ingress;
    });
    const statuses = calls.map(({ status }) => status);
    const done = statuses.lastIndexOf('done') + 1;
    expect(done).toBe(140 - Math.floor((256 * 1024 * 1024) / 2_000_000));
    expect(new Set(statuses.slice(0, done))).toStrictEqual(new Set(['done']));
    expect(new Set(statuses.slice(done))).toStrictEqual(new Set(['replied']));
    expect(shown(node.history.tree, calls[0]!, 'status')).toBe('done');
    expect(shown(node.history.tree, calls[0]!, 'reply')).toBeUndefined();
});

it('who waits is woken by the answer, or by the end of waiting', async () => {
    const { node, call, step } = setUp();
    const [answered, open] = [call('now'), call('now')];
    const waiting = node.answered(answered, 60_000);
    step();
    await waiting;
    expect(isAnswered(answered)).toBe(true);
    await node.answered(open, 1);
    expect(isAnswered(open)).toBe(false);
    const more = node.answered(open, 60_000);
    node.stopWaiting();
    await more;
});
