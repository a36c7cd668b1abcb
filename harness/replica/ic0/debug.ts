/** System API: printing and trapping (IC interface specification, "Debugging aids"). */
import type { Frame } from '../frame.ts';
import { LOG_BYTES_MAX } from '../logs.ts';
import { REPLICATED } from '../modes.ts';
import { noteLog, notePrint } from '../outcome.ts';
import { calledTrap } from '../traps.ts';
import { define } from './define.ts';
import { decodeLossy } from './text.ts';

/** Lines that only the log gets, because too many were printed before: a canister that prints for ever ends soon. */
const FLOOD_STEPS = 4_000;
const OUT_OF_BOUNDS = new TextEncoder().encode('(debug_print message out of memory bounds)');

/** debug_print and trap. What was printed is told even when the execution traps, as production logs do. */
export const DEBUG_FUNCTIONS = [
    // Never traps, also not on a bad range.
    define('debug_print', '(src : I, size : I) -> ()', '* s', (frame, src: number, size: number) => {
        const { subnet } = frame;
        const { logBytesMax } = subnet.limits;
        const shown = Math.min(size, logBytesMax + 1);
        const cut = subnet.printedBytes > logBytesMax;
        if (cut) {
            frame.strain(FLOOD_STEPS);
        }
        const bytes = bytesAt(frame, src, size, shown, cut ? LOG_BYTES_MAX : shown) ?? OUT_OF_BOUNDS;
        if (!cut) {
            // A line costs a byte more than its text, or empty lines would be free.
            notePrint(subnet, decodeLossy(bytes), size + 1);
        }
        if ((frame.mode & REPLICATED) !== 0) {
            noteLog(subnet, frame.canister, bytes);
        }
    }),
    define('trap', '(src : I, size : I) -> ()', '* s', (frame, src: number, size: number) => {
        const shown = Math.min(size, frame.subnet.limits.logBytesMax);
        const bytes = bytesAt(frame, src, size, shown, shown);
        throw calledTrap(bytes === undefined ? '(trap message out of memory bounds)' : decodeLossy(bytes));
    })
];

/** The first `most` of the `shown` bytes, which are charged, or undefined when the whole range is not in the heap. */
function bytesAt(frame: Frame, source: number, size: number, shown: number, most: number): Uint8Array | undefined {
    if (source + size > frame.instance.heapBytes()) {
        return undefined;
    }
    frame.chargeBytes(shown);
    return frame.instance.read(source, Math.min(shown, most));
}
