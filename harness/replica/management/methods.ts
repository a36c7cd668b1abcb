/** Every method of the management canister, by family. */
import { CHUNKS } from './chunks.ts';
import { CODE } from './code.ts';
import { CREATION } from './create.ts';
import { CYCLES } from './cycles.ts';
import { INFORMATION } from './info.ts';
import { LOGS } from './logs.ts';
import type { Method } from './method.ts';
import { OUTCALLS } from './outcall-methods.ts';
import { RUNNING } from './running.ts';
import { STATUS } from './status.ts';
import { SUBNET } from './subnet-methods.ts';
import { SETTINGS } from './update-settings.ts';

const METHODS: ReadonlyMap<string, Method> = new Map(
    [CREATION, CODE, CHUNKS, RUNNING, SETTINGS, STATUS, INFORMATION, LOGS, CYCLES, SUBNET, OUTCALLS]
        .flat()
        .map((method) => [method.name, method])
);

/** Methods of the IC that this replica does not have: callers are told so by name. */
const MISSING = new Set([
    'ecdsa_public_key',
    'sign_with_ecdsa',
    'schnorr_public_key',
    'sign_with_schnorr',
    'vetkd_public_key',
    'vetkd_derive_key',
    'take_canister_snapshot',
    'load_canister_snapshot',
    'list_canister_snapshots',
    'delete_canister_snapshot',
    'read_canister_snapshot_metadata',
    'read_canister_snapshot_data',
    'upload_canister_snapshot_metadata',
    'upload_canister_snapshot_data',
    'bitcoin_get_balance',
    'bitcoin_get_utxos',
    'bitcoin_send_transaction',
    'bitcoin_get_current_fee_percentiles',
    'bitcoin_get_block_headers'
]);

/** Undefined when there is none. */
export function methodOf(name: string): Method | undefined {
    return METHODS.get(name);
}

/** Whether the IC has it but this replica does not. */
export function isMissing(name: string): boolean {
    return MISSING.has(name);
}
