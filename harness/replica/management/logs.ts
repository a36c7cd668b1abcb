/** fetch_canister_logs. */
import { IDL } from '@dfinity/candid';
import { LOG_READERS } from './access.ts';
import { about, replied, type Method } from './method.ts';
import { BLOB, CANISTER_ID } from './types.ts';

const RESULT = IDL.Record({
    canister_log_records: IDL.Vec(IDL.Record({ idx: IDL.Nat64, timestamp_nanos: IDL.Nat64, content: BLOB }))
});

export const LOGS: readonly Method[] = [
    about('fetch_canister_logs', 'queries', CANISTER_ID, LOG_READERS, (_request, canister) =>
        replied(RESULT, {
            canister_log_records: canister.log.records.map(({ index, timestampNs, content }) => ({
                idx: index,
                timestamp_nanos: timestampNs,
                content
            }))
        })
    )
];
