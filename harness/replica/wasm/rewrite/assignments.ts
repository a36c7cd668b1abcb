/** Which locals a loop leaves alone: those that nothing assigns from its beginning to the end of the function. */
import { scanBody } from '../decode/scan.ts';
import type { ByteRange } from '../decode/shape.ts';
import { CodeCursor } from './cursor.ts';

const LOCAL_SET = 0x21;
const LOCAL_TEE = 0x22;

/** The position of the last assignment of each local of a body that has any. */
export function lastAssignments(bytes: Uint8Array, body: ByteRange): ReadonlyMap<number, number> {
    const last = new Map<number, number>();
    const cursor = new CodeCursor(bytes);
    scanBody(bytes, body, 0, (_body, opcode, _after, at) => {
        if (opcode === LOCAL_SET || opcode === LOCAL_TEE) {
            cursor.reset(at + 1, body.end);
            last.set(cursor.index(), at);
        }
    });
    return last;
}
