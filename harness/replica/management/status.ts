/** canister_status. */
import { IDL } from '@dfinity/candid';
import type { Canister } from '../canister.ts';
import { moduleHash } from '../canister-view.ts';
import { memoryUsage } from '../fees.ts';
import type { Subnet } from '../subnet.ts';
import { definiteSettings } from './settings.ts';
import { CANISTER_STATUS_RESULT } from './types.ts';

/**
 * The encoded `canister_status_result`. What this replica does not have (snapshots, history, query statistics) counts
 * 0.
 */
export function encodeStatus(subnet: Subnet, canister: Canister): Uint8Array {
    const { code, instance, stable, settings } = canister;
    const hash = moduleHash(canister);
    const status = {
        status: { [canister.status]: null },
        ready_for_migration: canister.status === 'stopped',
        version: canister.version,
        settings: definiteSettings(settings),
        module_hash: hash === undefined ? [] : [hash],
        memory_size: memoryUsage(canister),
        memory_metrics: {
            wasm_memory_size: instance?.heapBytes() ?? 0,
            stable_memory_size: stable.bytes,
            global_memory_size: 0,
            wasm_binary_size: code?.moduleBytes ?? 0,
            custom_sections_size: 0,
            canister_history_size: 0,
            wasm_chunk_store_size: 0,
            snapshots_size: 0
        },
        cycles: canister.cycles,
        reserved_cycles: 0,
        idle_cycles_burned_per_day: dailyBurn(subnet, canister),
        query_stats: {
            num_calls_total: 0,
            num_instructions_total: 0,
            request_payload_bytes_total: 0,
            response_payload_bytes_total: 0
        }
    };
    return new Uint8Array(IDL.encode([CANISTER_STATUS_RESULT], [status]));
}

function dailyBurn(subnet: Subnet, canister: Canister): bigint {
    const threshold = canister.settings.freezingThreshold;
    return threshold === 0n ? 0n : (subnet.fees.freezingLimit(canister) * 86_400n) / threshold;
}
