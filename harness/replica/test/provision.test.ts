/** Deploying through the helpers. */
import { describe, expect, it } from '@jest/globals';
import { createCanister, installCode, Replica } from '../index.ts';
import type { DeploymentRejectedError } from '../index.ts';
import { ALICE, BOB, text } from './lab.ts';
import { canister, COUNTER } from './wat.ts';

const arg = new Uint8Array(0);

describe('Deployment', () => {
    it('creates canisters with the ids of a local network, in order, and installs', () => {
        const replica = new Replica();
        const ids = [createCanister(replica, ALICE), createCanister(replica, ALICE)];
        expect(ids.map(text)).toEqual(['bnz7o-iuaaa-aaaaa-qaaaa-cai', 'bkyz2-fmaaa-aaaaa-qaaaq-cai']);
        installCode(replica, { sender: ALICE, canisterId: ids[0]!, module: canister(COUNTER), arg });
        expect(replica.query({ canisterId: ids[0]!, method: 'get', arg }).kind).toBe('reply');
        const mode = { kind: 'upgrade', skipPreUpgrade: true, wasmMemoryPersistence: 'replace' } as const;
        installCode(replica, { sender: ALICE, canisterId: ids[0]!, module: canister(COUNTER), arg, mode });
        expect(replica.quiescent()).toBe(true);
    });

    it.each([
        [
            'a trap in init',
            ALICE,
            '(func (export "canister_init") unreachable)',
            'IC0502',
            'Canister trapped: unreachable'
        ],
        ['somebody else', BOB, COUNTER, 'IC0512', 'Only the controllers'],
        ['an unknown system method', ALICE, '(func (export "canister_heartbeat"))', 'IC0505', 'canister_heartbeat']
    ])('says why it failed: %s', (_, sender, body, errorCode, reason) => {
        const replica = new Replica();
        const canisterId = createCanister(replica, ALICE);
        const digest = (): string => JSON.stringify(replica.query({ canisterId, method: 'get', arg }));
        const before = digest();
        try {
            installCode(replica, { sender, canisterId, module: canister(body), arg });
            throw new Error('it was installed');
        } catch (error) {
            expect((error as DeploymentRejectedError).errorCode).toBe(errorCode);
            expect((error as DeploymentRejectedError).reason).toContain(reason);
        }
        expect(digest()).toBe(before);
    });

    it('of a gzipped module works the same', async () => {
        const { gzipSync } = await import('node:zlib');
        const replica = new Replica();
        const canisterId = createCanister(replica, ALICE);
        installCode(replica, { sender: ALICE, canisterId, module: new Uint8Array(gzipSync(canister(COUNTER))), arg });
        expect(replica.query({ canisterId, method: 'get', arg }).kind).toBe('reply');
    });
});
