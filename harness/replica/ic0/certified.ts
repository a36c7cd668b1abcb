/** System API: certified data (IC interface specification, "Certified data"). */
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

    // Nothing here can sign, so no query has a certificate; production answers the same on a replica without one.
    define('data_certificate_present', '() -> i32', '*', () => 0),
    define('data_certificate_size', '() -> I', 'NRQ CQ', (frame) => {
        throw wrongMode('ic0_data_certificate_size', modeName(frame.mode));
    }),
    define('data_certificate_copy', '(dst : I, offset : I, size : I) -> ()', 'NRQ CQ', (frame) => {
        throw wrongMode('ic0_data_certificate_copy', modeName(frame.mode));
    })
];
