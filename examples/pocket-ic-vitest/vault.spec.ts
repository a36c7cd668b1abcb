/**
 * An ordinary Vitest suite for PocketIC, of a canister in Motoko: nothing in it knows Interleave. All tests pass in production's order;
 * the last one is sure that a deposit and a withdrawal at the same time add up, and the vault is the stale one.
 *
 * Modules: npm run build -- vault_motoko --out .interleave/wasm
 */
import { type DeferredActor, PocketIc, createIdentity } from '@dfinity/pic';
import { IDL } from '@icp-sdk/core/candid';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { wasmOf } from './wasm.ts';

interface Vault {
    deposit(amount: bigint): Promise<undefined>;
    get_balance(): Promise<bigint>;
    withdraw_stale(amount: bigint): Promise<boolean>;
}
interface Ledger {
    paid(): Promise<bigint>;
    paid_to(account: string): Promise<bigint>;
}

type InterfaceFactory = Parameters<PocketIc['createActor']>[0];

const vaultIdl: InterfaceFactory = ({ IDL: types }) =>
    types.Service({
        deposit: types.Func([types.Int], [], []),
        get_balance: types.Func([], [types.Int], ['query']),
        withdraw_stale: types.Func([types.Int], [types.Bool], [])
    });
const ledgerIdl: InterfaceFactory = ({ IDL: types }) =>
    types.Service({
        paid: types.Func([], [types.Int], ['query']),
        paid_to: types.Func([types.Text], [types.Int], ['query'])
    });

describe('a vault', () => {
    let pic: PocketIc;
    let vault: Awaited<ReturnType<typeof setUp>>['vault'];
    let ledger: Awaited<ReturnType<typeof setUp>>['ledger'];
    let deferred: DeferredActor<Vault>;
    let upgrade: () => Promise<void>;

    async function setUp() {
        const treasury = IDL.encode([IDL.Int], [1_000_000n]);
        const { actor: ledger, canisterId: ledgerId } = await pic.setupCanister<Ledger>({
            idlFactory: ledgerIdl,
            wasm: wasmOf('ledger_motoko'),
            arg: treasury
        });
        const arg = IDL.encode([IDL.Principal, IDL.Int], [ledgerId, 100n]);
        const wasm = wasmOf('vault_motoko');
        const { actor: vault, canisterId } = await pic.setupCanister<Vault>({ idlFactory: vaultIdl, wasm, arg });
        return { vault, ledger, ledgerId, canisterId, wasm, arg };
    }

    beforeEach(async () => {
        pic = await PocketIc.create(inject('PIC_URL'));
        const made = await setUp();
        const { canisterId, wasm, arg } = made;
        ({ vault, ledger } = made);
        deferred = pic.createDeferredActor<Vault>(vaultIdl, canisterId);
        upgrade = () =>
            pic.upgradeCanister({
                canisterId,
                wasm,
                arg,
                upgradeModeOptions: { skip_pre_upgrade: [], wasm_memory_persistence: [{ keep: null }] }
            });
    });

    afterEach(() => pic.tearDown());

    it('pays whoever withdraws', async () => {
        const alice = createIdentity('alice');
        vault.setIdentity(alice);
        expect(await vault.withdraw_stale(40n)).toBe(true);
        expect(await vault.withdraw_stale(100n)).toBe(false);
        expect(await vault.get_balance()).toBe(60n);
        expect(await ledger.paid_to(alice.getPrincipal().toText())).toBe(40n);
    });

    it('keeps its balance over an upgrade', async () => {
        await vault.deposit(11n);
        await upgrade();
        expect(await vault.get_balance()).toBe(111n);
    });

    it('adds up what is deposited and withdrawn at the same time', async () => {
        const deposited = await deferred.deposit(50n);
        const withdrawn = await deferred.withdraw_stale(40n);
        await deposited();
        expect(await withdrawn()).toBe(true);
        expect(await vault.get_balance()).toBe(110n);
        expect(await ledger.paid()).toBe(40n);
    });
});
