/** install_code, install_chunked_code, uninstall_code. */
import { isController } from '../charge.ts';
import type { Canister } from '../canister.ts';
import { hashOf, hexOf } from '../chunk-store.ts';
import { recordChange } from '../history.ts';
import { moduleHash } from '../canister-view.ts';
import { equalBytes } from '../principal.ts';
import { countStored } from '../stored-bytes.ts';
import { uninstall } from '../uninstall.ts';
import { CONTROLLERS, CONTROLLERS_AND_ADMINS } from './access.ts';
import { installCode } from './install.ts';
import { about, done, originOf, type Done, type Method, type Request } from './method.ts';
import { chunkStoreError, noSuchStore, notController } from './reject.ts';
import * as types from './types.ts';

/** Controllers only; admins may take code away but not put it there. */
export const CODE: readonly Method[] = [
    about('install_code', 'everyone', types.INSTALL_CODE, CONTROLLERS, (request, canister, args: types.InstallArgs) =>
        install(request, canister, args, args.wasm_module)
    ),
    about('install_chunked_code', 'everyone', types.INSTALL_CHUNKED_CODE, CONTROLLERS, installChunked),
    about('uninstall_code', 'everyone', types.UNINSTALL_CODE, CONTROLLERS_AND_ADMINS, uninstallCode)
];

type AnyInstall = Pick<types.InstallArgs, 'mode' | 'arg' | 'sender_canister_version'>;

function install(request: Request, canister: Canister, args: AnyInstall, module: Uint8Array): Done {
    const { subnet } = request;
    const steps = installCode(request, canister, args.mode, module, args.arg);
    const [mode] = Object.keys(args.mode) as ['install' | 'reinstall' | 'upgrade'];
    const details = { kind: 'code_deployment', mode, moduleHash: moduleHash(canister) as Uint8Array } as const;
    recordChange(subnet, canister, originOf(request, args), details);
    countStored(subnet, canister);
    return done(0n, steps);
}

function installChunked(request: Request, canister: Canister, args: types.ChunkedInstallArgs): Done {
    const { chunks } = storeOf(request, canister, args);
    const parts = args.chunk_hashes_list.map(({ hash }) => {
        if (hash.length !== 32) {
            throw chunkStoreError('Chunk hash is invalid. The length is not 32');
        }
        const chunk = chunks.get(hexOf(hash));
        if (chunk === undefined) {
            throw chunkStoreError(`Chunk hash ${listOf(hash)} was not found`);
        }
        return chunk;
    });
    const module = new Uint8Array(Buffer.concat(parts));
    const expected = args.wasm_module_hash;
    if (hashOf(module) !== hexOf(expected)) {
        const actual = listOf(Buffer.from(hashOf(module), 'hex'));
        throw chunkStoreError(`Wasm module hash ${actual} does not match given hash WasmHash(${listOf(expected)})`);
    }
    return install(request, canister, args, module);
}

/** The canister whose chunks are meant, if the caller may use them. */
function storeOf({ subnet, sender }: Request, canister: Canister, args: types.ChunkedInstallArgs): Canister {
    const [id] = args.store_canister;
    if (id === undefined) {
        return canister;
    }
    const address = subnet.addresses.find(id.toUint8Array());
    const store = address.canister;
    if (store === undefined) {
        throw noSuchStore(address.text, canister.home.id, canister.address.text);
    }
    if (!isController(store, sender) && !equalBytes(address.bytes, sender)) {
        throw notController(store, sender);
    }
    return store;
}

function uninstallCode(request: Request, canister: Canister, args: types.UninstallArgs): Done {
    uninstallWithChange(request, canister, args);
    return done();
}

/** Uninstalls and writes it into the history; also after taking a snapshot. */
export function uninstallWithChange(request: Request, canister: Canister, args: types.SenderVersion): void {
    const { subnet } = request;
    uninstall(subnet, canister);
    recordChange(subnet, canister, originOf(request, args), { kind: 'code_uninstall' });
    countStored(subnet, canister);
}

/** Bytes as production's texts show them. */
function listOf(bytes: Uint8Array): string {
    return `[${[...bytes].join(', ')}]`;
}
