/**
 * System API: what things would cost (IC interface specification, "Cycle cost calculation"). On a free subnet all is 0.
 */
import { plus } from '../amount.ts';
import type { Frame } from '../frame.ts';
import { feeOfKey } from '../management/master-keys.ts';
import { decodeUtf8 } from './text.ts';
import { define } from './define.ts';

const INVALID_CURVE = 1;
const INVALID_KEY = 2;

/** cost_*. The fees are those that the replica really charges, so asking first and paying later agree. */
export const COST_FUNCTIONS = [
    define(
        'cost_call',
        '(method_name_size : i64, payload_size : i64, dst : I) -> ()',
        '* s',
        (frame, nameSize: bigint, payloadSize: bigint, dst: number) => {
            const { fees } = frame.canister.home;
            const width = frame.canister.code?.prepared.memoryWidth ?? 32;
            const bytes = Number(nameSize) + Number(payloadSize);
            const cost = [fees.request(bytes), fees.executionMax(width), fees.responseMax()].reduce(plus);
            frame.write128('cost_call', dst, BigInt(cost));
        }
    ),
    define('cost_create_canister', '(dst : I) -> ()', '* s', (frame, dst: number) =>
        frame.write128('cost_create_canister', dst, frame.canister.home.fees.creation)
    ),
    define(
        'cost_http_request',
        '(request_size : i64, max_res_bytes : i64, dst : I) -> ()',
        '* s',
        (frame, requestSize: bigint, responseSize: bigint, dst: number) =>
            frame.write128('cost_http_request', dst, frame.canister.home.fees.httpRequest(requestSize, responseSize))
    ),
    signature('cost_sign_with_ecdsa', 'ecdsa_curve', 1),
    signature('cost_sign_with_schnorr', 'algorithm', 2),
    signature('cost_vetkd_derive_key', 'vetkd_curve', 1)
];

/** A `cost_sign_*` function that knows the first `curves` curve or algorithm numbers. */
function signature(name: string, curveParameter: string, curves: number): ReturnType<typeof define> {
    const types = `(src : I, size : I, ${curveParameter} : i32, dst : I) -> i32`;
    return define(name, types, '* s', (frame: Frame, src: number, size: number, curve: number, dst: number) => {
        const key = decodeUtf8(frame.read(`ic0.${name}`, src, size));
        if (curve >= curves) {
            return INVALID_CURVE;
        }
        const fee = key === undefined ? undefined : feeOfKey(frame.subnet.homes, frame.canister.home, key);
        if (fee === undefined) {
            return INVALID_KEY;
        }
        frame.write128(name, dst, fee);
        return 0;
    });
}
