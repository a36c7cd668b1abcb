/** System API: printing and trapping (IC interface specification, "Debugging aids"). */
import type { Frame } from '../frame.ts';
import { notePrint } from '../outcome.ts';
import { calledTrap } from '../traps.ts';
import { define } from './define.ts';
import { decodeLossy } from './text.ts';

/** debug_print and trap. What was printed is told even when the execution traps, as production logs do. */
export const DEBUG_FUNCTIONS = [
    // Never traps, also not on a bad range.
    define('debug_print', '(src : I, size : I) -> ()', '* s', (frame, src: number, size: number) => {
        const { logBytesMax } = frame.subnet.limits;
        const shown = Math.min(size, logBytesMax + 1);
        const text = textAt(frame, src, size, shown) ?? '(debug_print message out of memory bounds)';
        // A line costs a byte more than its text, or empty lines would be free.
        notePrint(frame.subnet, text, size + 1);
    }),
    define('trap', '(src : I, size : I) -> ()', '* s', (frame, src: number, size: number) => {
        const shown = Math.min(size, frame.subnet.limits.logBytesMax);
        throw calledTrap(textAt(frame, src, size, shown) ?? '(trap message out of memory bounds)');
    })
];

/** The first `shown` bytes as text, or undefined when the whole range is not in the heap. */
function textAt(frame: Frame, source: number, size: number, shown: number): string | undefined {
    if (source + size > frame.instance.heapBytes()) {
        return undefined;
    }
    frame.chargeBytes(shown);
    return decodeLossy(frame.instance.read(source, shown));
}
