/** What can be read of a canister without running it (IC interface specification, "The system state tree"). */
import { createHash } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { INITIAL_TIME_NS } from '../index.ts';
import { ALICE, Lab } from './lab.ts';
import { canister, COUNTER, withSection } from './wat.ts';

it('1.1 metadata, module hash and times of a canister follow what is installed', () => {
    const lab = new Lab();
    const id = lab.create(5n);
    expect(lab.replica.canister(id)).toMatchObject({
        controllers: [ALICE],
        status: 'running',
        createdNs: INITIAL_TIME_NS,
        version: 0n,
        cycles: 5n
    });
    expect(lab.replica.canister(id)).not.toHaveProperty('moduleHash');
    expect(lab.replica.canister(id)).not.toHaveProperty('installedNs');
    const mark = lab.replica.mark();
    lab.replica.advanceTime(7n);
    const plain = canister(`${COUNTER} (func (export "canister_init")
        (call $certified_data_set (I.const 256) (I.const 3)))`);
    const module = withSection(withSection(plain, 'icp:public candid:service', 'service : {}'), 'icp:private x y', 'z');
    lab.installOn(id, module);
    const view = lab.replica.canister(id);
    expect(view).toMatchObject({ installedNs: INITIAL_TIME_NS + 7n, createdNs: INITIAL_TIME_NS, version: 1n });
    expect(Buffer.from(view!.moduleHash!).toString('hex')).toBe(createHash('sha256').update(module).digest('hex'));
    expect(Buffer.from(view!.certifiedData).toString()).toBe('inc');
    expect(view!.metadataNames()).toEqual(['candid:service', 'x y']);
    expect(view!.metadata('x y')).toMatchObject({ visibility: 'private' });
    expect(Buffer.from(view!.metadata('candid:service')!.content).toString()).toBe('service : {}');
    expect(view!.metadata('absent')).toBeUndefined();
    lab.replica.rollback(mark);
    expect(lab.replica.canister(id)).not.toHaveProperty('installedNs');
});

it('lists canisters in creation order and knows no others', () => {
    const lab = new Lab();
    const ids = [lab.create(), lab.create()];
    expect(lab.replica.canisterIds()).toEqual(ids);
    expect(lab.replica.canister(new Uint8Array([9, 9]))).toBeUndefined();
});
