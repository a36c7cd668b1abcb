/**
 * System API: stable memory (IC interface specification, "Stable memory"). Offsets are bytes, sizes pages of 64 KiB.
 */
import type { Frame } from '../frame.ts';
import { trapped } from '../traps.ts';
import { define } from './define.ts';

/** 4 GiB: beyond it the 32-bit functions do not work. */
const PAGES_32_MAX = 65_536;

/** The 64-bit functions, and the deprecated 32-bit ones that work up to 4 GiB. */
export const STABLE_FUNCTIONS = [
    define('stable64_size', '() -> i64', '* s', (frame) => BigInt(frame.stable.pages)),
    define('stable64_grow', '(new_pages : i64) -> i64', '* s', (frame, pages: bigint) =>
        BigInt(frame.stable.grow(Number(pages)))
    ),
    define(
        'stable64_write',
        '(offset : i64, src : i64, size : i64) -> ()',
        '* s',
        (frame, to: bigint, from: bigint, n: bigint) => write(frame, Number(to), Number(from), Number(n))
    ),
    define(
        'stable64_read',
        '(dst : i64, offset : i64, size : i64) -> ()',
        '* s',
        (frame, to: bigint, from: bigint, n: bigint) => read(frame, Number(to), Number(from), Number(n))
    ),

    define('stable_size', '() -> i32', '* s', (frame) => small(frame).pages, true),
    define(
        'stable_grow',
        '(new_pages : i32) -> i32',
        '* s',
        (frame, pages: number) => {
            const stable = small(frame);
            return stable.pages + pages > PAGES_32_MAX ? -1 : stable.grow(pages);
        },
        true
    ),
    define(
        'stable_write',
        '(offset : i32, src : i32, size : i32) -> ()',
        '* s',
        (frame, to: number, from: number, n: number) => {
            small(frame);
            write(frame, to, from, n);
        },
        true
    ),
    define(
        'stable_read',
        '(dst : i32, offset : i32, size : i32) -> ()',
        '* s',
        (frame, to: number, from: number, n: number) => {
            small(frame);
            read(frame, to, from, n);
        },
        true
    )
];

function write(frame: Frame, offset: number, source: number, size: number): void {
    const { stable } = frame;
    if (offset + size > stable.bytes) {
        throw trapped('stable memory out of bounds');
    }
    if (source + size > frame.instance.heapBytes()) {
        throw trapped('heap out of bounds');
    }
    frame.chargeStableWrite(offset, size);
    frame.strainBytes(size);
    stable.write(offset, frame.instance.read(source, size));
}

function read(frame: Frame, target: number, offset: number, size: number): void {
    const { stable } = frame;
    if (offset + size > stable.bytes) {
        throw trapped('stable memory out of bounds');
    }
    if (target + size > frame.instance.heapBytes()) {
        throw trapped('heap out of bounds');
    }
    frame.chargeBytes(size);
    frame.strainBytes(size);
    frame.instance.write(target, stable.read(offset, size));
}

function small(frame: Frame): Frame['canister']['stable'] {
    const { stable } = frame;
    if (stable.pages > PAGES_32_MAX) {
        throw trapped('32 bit stable memory api used on a memory larger than 4GB');
    }
    return stable;
}
