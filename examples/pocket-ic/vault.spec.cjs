/**
 * An ordinary test suite for PocketIC: nothing in it knows Interleave. The vault is the stale one, and the last test is sure that a
 * deposit and a withdrawal at the same time add up. On PocketIC they always do: it executes the deposit first.
 *
 * LANGUAGE=azle takes the canisters in Azle. Modules: npm run build -- --out .interleave/wasm
 */
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { IDL } = require('@icp-sdk/core/candid');
const { PocketIc } = require('@dfinity/pic');

const language = process.env.LANGUAGE ?? 'motoko';
const directory = process.env.WASM_DIR ?? join(__dirname, '..', '..', '.interleave', 'wasm');
const wasmOf = name => join(directory, `${name}_${language}.wasm`);

const vaultIdl = ({ IDL }) =>
    IDL.Service({
        deposit: IDL.Func([IDL.Int], [], []),
        get_balance: IDL.Func([], [IDL.Int], ['query']),
        withdraw_stale: IDL.Func([IDL.Int], [IDL.Bool], [])
    });
const ledgerIdl = ({ IDL }) => IDL.Service({ paid: IDL.Func([], [IDL.Int], ['query']) });

let pic, vault, ledger;

beforeEach(async () => {
    expect(existsSync(wasmOf('vault'))).toBe(true);
    pic = await PocketIc.create(process.env.PIC_URL);
    const treasury = IDL.encode([IDL.Int], [1_000_000n]);
    const paying = await pic.setupCanister({ idlFactory: ledgerIdl, wasm: wasmOf('ledger'), arg: treasury });
    const arg = IDL.encode([IDL.Principal, IDL.Int], [paying.canisterId, 100n]);
    const made = await pic.setupCanister({ idlFactory: vaultIdl, wasm: wasmOf('vault'), arg });
    [vault, ledger] = [made.actor, paying.actor];
});
afterEach(() => pic.tearDown());

test('a withdrawal is paid', async () => {
    expect(await vault.withdraw_stale(40n)).toBe(true);
    expect([await vault.get_balance(), await ledger.paid()]).toEqual([60n, 40n]);
});

test('too much is refused', async () => {
    expect(await vault.withdraw_stale(140n)).toBe(false);
    expect([await vault.get_balance(), await ledger.paid()]).toEqual([100n, 0n]);
});

test('a deposit and a withdrawal at the same time add up', async () => {
    const [, paid] = await Promise.all([vault.deposit(50n), vault.withdraw_stale(40n)]);
    expect(paid).toBe(true);
    expect([await vault.get_balance(), await ledger.paid()]).toEqual([110n, 40n]);
});
