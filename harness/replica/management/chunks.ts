/** upload_chunk, clear_chunk_store, stored_chunks. */
import { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';
import type { Canister } from '../canister.ts';
import { bytesOfHex, chunkProblem, hashesOf, hashOf, NO_CHUNKS, type ChunkStore } from '../chunk-store.ts';
import { countStored } from '../stored-bytes.ts';
import { CONTROLLERS_AND_SELF } from './access.ts';
import { payForInstructions } from './fees.ts';
import { about, done, replied, type Done, type Method, type Request } from './method.ts';
import { chunkStoreError } from './reject.ts';
import { CANISTER_ID, CHUNK_HASH } from './types.ts';

const UPLOAD = IDL.Record({ canister_id: IDL.Principal, chunk: IDL.Vec(IDL.Nat8) });
/** What an upload costs (production's scheduler configuration). */
const UPLOAD_INSTRUCTIONS = 200_000_000;

export const CHUNKS: readonly Method[] = [
    about('upload_chunk', 'everyone', UPLOAD, CONTROLLERS_AND_SELF, upload),
    about('clear_chunk_store', 'everyone', CANISTER_ID, CONTROLLERS_AND_SELF, ({ subnet }, canister) => {
        setChunks({ subnet }, canister, NO_CHUNKS);
        return done();
    }),
    about('stored_chunks', 'everyone', CANISTER_ID, CONTROLLERS_AND_SELF, (_request, canister) =>
        replied(
            IDL.Vec(CHUNK_HASH),
            hashesOf(canister.chunks).map((hash) => ({ hash }))
        )
    )
];

function upload(request: Request, canister: Canister, { chunk }: { canister_id: Principal; chunk: Uint8Array }): Done {
    const problem = chunkProblem(canister.chunks, chunk);
    if (problem !== undefined) {
        throw chunkStoreError(problem);
    }
    const hash = hashOf(chunk);
    if (!canister.chunks.has(hash)) {
        setChunks(request, canister, new Map([...canister.chunks, [hash, chunk]]));
        const lacking = payForInstructions(request.subnet, canister, UPLOAD_INSTRUCTIONS);
        if (lacking > 0n) {
            throw chunkStoreError(`Cannot upload chunk. At least ${lacking} additional cycles are required`);
        }
    }
    return replied(CHUNK_HASH, { hash: bytesOfHex(hash) });
}

function setChunks({ subnet }: Pick<Request, 'subnet'>, canister: Canister, chunks: ChunkStore): void {
    subnet.journal.set(canister, 'chunks', chunks);
    countStored(subnet, canister);
    subnet.changed(canister);
}
