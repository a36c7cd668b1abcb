/** System API: certified data (IC interface specification, "Certified data"). */
import type { Frame } from '../frame.ts';
import { userViolation, wrongMode } from '../traps.ts';
import { modeName } from '../modes.ts';
import { define } from './define.ts';

const CERTIFIED_BYTES_MAX = 32;

/** certified_data_set, data_certificate_*. */
export const CERTIFIED_FUNCTIONS = [
    define('certified_data_set', '(src : I, size : I) -> ()', 'I G U Ry Rt T', (frame, src: number, size: number) => {
        if (size > CERTIFIED_BYTES_MAX) {
            throw userViolation(
                `ic0_certified_data_set failed because the passed data must be no larger than ` +
                    `${CERTIFIED_BYTES_MAX} bytes. ` +
                    `Found ${size} bytes`,
                'Try certifying just the hash of your data instead of the full contents.',
                'certified-data-set-payload-too-large'
            );
        }
        const { canister, subnet } = frame;
        subnet.journal.set(canister, 'certifiedData', frame.read('ic0.certified_data_set', src, size));
    }),

    // Only a query of a user has one, and only in the canister that the user asked.
    define('data_certificate_present', '() -> i32', '*', (frame) => (frame.certificate === undefined ? 0 : 1)),
    define('data_certificate_size', '() -> I', 'NRQ CQ', (frame) => certificate(frame, 'size').length),
    define(
        'data_certificate_copy',
        '(dst : I, offset : I, size : I) -> ()',
        'NRQ CQ',
        (frame, dst: number, offset: number, size: number) =>
            frame.copy('data_certificate_copy', 'data_certificate', certificate(frame, 'copy'), dst, offset, size)
    )
];

function certificate(frame: Frame, what: 'size' | 'copy'): Uint8Array {
    if (frame.certificate === undefined) {
        throw wrongMode(`ic0_data_certificate_${what}`, modeName(frame.mode));
    }
    return frame.certificate;
}
