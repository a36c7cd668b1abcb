/** System API: root key and subnet id ("Root key", "Subnet id"): they belong to the key that certificates verify with. */
import { describe, expect, it } from '@jest/globals';
import { Principal } from '@dfinity/principal';
import { selfAuthenticatingId, subnetKeyOf } from '../index.ts';
import { bytes, Lab, rejection } from './lab.ts';
import { compile } from './wat.ts';

const MODULE = compile(`(module
    (import "ic0" "root_key_size" (func $root_key_size (result i32)))
    (import "ic0" "root_key_copy" (func $root_key_copy (param i32 i32 i32)))
    (import "ic0" "subnet_self_size" (func $subnet_self_size (result i32)))
    (import "ic0" "subnet_self_copy" (func $subnet_self_copy (param i32 i32 i32)))
    (import "ic0" "msg_reply_data_append" (func $append (param i32 i32)))
    (import "ic0" "msg_reply" (func $reply))
    (memory 1)
    (func $key
        (call $root_key_copy (i32.const 0) (i32.const 0) (call $root_key_size))
        (call $append (i32.const 0) (call $root_key_size)) (call $reply))
    (func (export "canister_update key") (call $key))
    (func (export "canister_query asked") (call $key))
    (func (export "canister_update beyond")
        (call $root_key_copy (i32.const 0) (i32.const 1) (call $root_key_size)) (call $reply))
    (func (export "canister_update subnet")
        (call $subnet_self_copy (i32.const 0) (i32.const 0) (call $subnet_self_size))
        (call $append (i32.const 0) (call $subnet_self_size)) (call $reply)))`);

describe('2 root_key', () => {
    it('is the DER form of a BLS key, made of the seed', () => {
        const [a, b] = ['a', 'b'].map((seed) => new Lab({ seed }));
        const keys = [a!, b!].map((lab) => bytes(lab.call(lab.install(MODULE), 'key')));
        expect(keys[0]).toStrictEqual(subnetKeyOf('a').publicKeyDer);
        expect(keys[0]).toHaveLength(133);
        expect(keys[1]).toStrictEqual(subnetKeyOf('b').publicKeyDer);
        expect(keys[1]).not.toStrictEqual(keys[0]);
    });

    it('is not there in queries', () => {
        const lab = new Lab();
        const { message } = rejection(lab.query(lab.install(MODULE), 'asked'));
        expect(message).toContain('"ic0_root_key_size" cannot be executed in non replicated query mode');
    });

    it('traps when more is copied than there is', () => {
        const lab = new Lab();
        const { message } = rejection(lab.call(lab.install(MODULE), 'beyond'));
        expect(message).toContain('ic0.root_key_copy');
    });
});

it('2 subnet_self is the self-authenticating id of the root key', () => {
    const lab = new Lab({ seed: 'a' });
    const id = bytes(lab.call(lab.install(MODULE), 'subnet'));
    expect(id).toStrictEqual(selfAuthenticatingId(subnetKeyOf('a').publicKeyDer));
    expect(id).toStrictEqual(Principal.selfAuthenticating(subnetKeyOf('a').publicKeyDer).toUint8Array());
});
