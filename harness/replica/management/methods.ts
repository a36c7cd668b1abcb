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
import { SIGNING } from './signing.ts';
import { SNAPSHOT_DATA } from './snapshot-data.ts';
import { SNAPSHOTS } from './snapshots.ts';
import { STATUS } from './status.ts';
import { SUBNET } from './subnet-methods.ts';
import { SETTINGS } from './update-settings.ts';
import { VETKD } from './vetkd.ts';

const FAMILIES: readonly (readonly Method[])[] = [
    CREATION,
    CODE,
    CHUNKS,
    RUNNING,
    SETTINGS,
    STATUS,
    INFORMATION,
    LOGS,
    SNAPSHOTS,
    SNAPSHOT_DATA,
    CYCLES,
    SUBNET,
    OUTCALLS,
    SIGNING,
    VETKD
];

const METHODS: ReadonlyMap<string, Method> = new Map(
    FAMILIES.flat().map((method) => [method.name, method])
);

/** Methods of the IC that this replica does not have: callers are told so by name. */
const MISSING = new Set([
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
