/** canister_status, canister_metrics. */
import { IDL } from '@dfinity/candid';
import type { Canister } from '../canister.ts';
import { moduleHash } from '../canister-view.ts';
import { memoryUsage } from '../fees.ts';
import { LOG_BYTES_MAX, logBytes } from '../logs.ts';
import { storedBytes } from '../stored-bytes.ts';
import type { Subnet } from '../subnet.ts';
import { CONTROLLERS_AND_ADMINS, STATUS_READERS } from './access.ts';
import { about, replied, type Method } from './method.ts';
import { definiteSettings } from './settings.ts';
import { CANISTER_ID, CANISTER_STATUS_RESULT } from './types.ts';

const DAY_SECONDS = 86_400n;
const GIB = 1n << 30n;
const METRICS = IDL.Record({
    cycles_consumed: IDL.Record({
        memory: IDL.Nat,
        compute_allocation: IDL.Nat,
        ingress_induction: IDL.Nat,
        instructions: IDL.Nat,
        request_and_response_transmission: IDL.Nat,
        uninstall: IDL.Nat,
        canister_creation: IDL.Nat,
        http_outcalls: IDL.Nat,
        burned_cycles: IDL.Nat
    })
});

export const STATUS: readonly Method[] = [
    about('canister_status', 'everyone-and-queries', CANISTER_ID, STATUS_READERS, ({ subnet }, canister) =>
        replied(CANISTER_STATUS_RESULT, statusOf(subnet, canister))
    ),
    about('canister_metrics', 'everyone-and-queries', CANISTER_ID, CONTROLLERS_AND_ADMINS, (_request, canister) =>
        replied(METRICS, { cycles_consumed: metricsOf(canister) })
    )
];

/** Query statistics are 0: production gathers them over days and nodes. Nothing is ever reserved on a small subnet. */
function statusOf(subnet: Subnet, canister: Canister): object {
    const { code, instance, stable, settings, status } = canister;
    const hash = moduleHash(canister);
    const stored = storedBytes(canister);
    const sections = [...(code?.metadata ?? [])];
    return {
        status: { [status]: null },
        ready_for_migration: status === 'stopped',
        version: canister.version,
        settings: { ...definiteSettings(settings), log_memory_limit: LOG_BYTES_MAX },
        module_hash: hash === undefined ? [] : [hash],
        memory_size: memoryUsage(canister),
        memory_metrics: {
            wasm_memory_size: instance?.heapBytes() ?? 0,
            stable_memory_size: stable.bytes,
            global_memory_size: (instance?.globals().length ?? 0) * 8,
            wasm_binary_size: code?.module.length ?? 0,
            custom_sections_size: sections.reduce((sum, [name, { content }]) => sum + name.length + content.length, 0),
            canister_history_size: stored.history,
            wasm_chunk_store_size: stored.chunks,
            snapshots_size: stored.snapshots,
            log_memory_store_size: logBytes(canister.log)
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
}

function dailyBurn(subnet: Subnet, canister: Canister): bigint {
    const { memory, compute } = canister.home.fees.idleBurn(canister);
    return (memory * DAY_SECONDS) / GIB + compute * DAY_SECONDS;
}

function metricsOf({ consumed }: Canister): object {
    return {
        memory: BigInt(consumed.memory),
        compute_allocation: BigInt(consumed.computeAllocation),
        ingress_induction: BigInt(consumed.ingress),
        instructions: BigInt(consumed.instructions),
        request_and_response_transmission: BigInt(consumed.transmission),
        uninstall: BigInt(consumed.uninstall),
        canister_creation: BigInt(consumed.creation),
        http_outcalls: BigInt(consumed.httpOutcalls),
        burned_cycles: BigInt(consumed.burned)
    };
}
