/** Canister logs: what replicated executions printed, and why they trapped ("fetch_canister_logs"). */
import type { Canister } from './canister.ts';
import type { Subnet } from './subnet.ts';

/** All records of a canister together; the oldest make room for new ones. */
export const LOG_BYTES_MAX = 4096;
/** What a record counts besides its content: index and timestamp. */
const RECORD_BYTES = 16;

export interface LogRecord {
    readonly index: bigint;
    readonly timestampNs: bigint;
    readonly content: Uint8Array;
}

/** Replaced, never changed. */
export interface CanisterLog {
    readonly nextIndex: bigint;
    /** Oldest first. */
    readonly records: readonly LogRecord[];
}

export const NO_LOG: CanisterLog = { nextIndex: 0n, records: [] };

/** Lines that an execution wants to log; they are kept even if it traps. */
export function appendLog(subnet: Subnet, canister: Canister, lines: readonly Uint8Array[]): void {
    let { nextIndex } = canister.log;
    const records = [...canister.log.records];
    for (const line of lines) {
        const content = line.length > LOG_BYTES_MAX - RECORD_BYTES ? line.slice(0, LOG_BYTES_MAX - RECORD_BYTES) : line;
        records.push({ index: nextIndex++, timestampNs: subnet.timeNs, content });
    }
    let bytes = logBytes({ nextIndex, records });
    let dropped = 0;
    while (bytes > LOG_BYTES_MAX) {
        bytes -= RECORD_BYTES + (records[dropped] as LogRecord).content.length;
        dropped++;
    }
    subnet.journal.set(canister, 'log', { nextIndex, records: records.slice(dropped) });
}

/** After reinstalling and uninstalling. Numbering goes on. */
export function purgeLog(subnet: Subnet, canister: Canister): void {
    const { nextIndex, records } = canister.log;
    if (records.length > 0) {
        subnet.journal.set(canister, 'log', { nextIndex, records: [] });
    }
}

/** What the records of a log count together. */
export function logBytes({ records }: CanisterLog): number {
    return records.reduce((sum, { content }) => sum + RECORD_BYTES + content.length, 0);
}
