/**
 * System API: who and in what state the canister is (IC interface specification, "Self-identification" to "Controller
 * check").
 */
import { isController } from '../charge.ts';
import type { CanisterStatus } from '../canister.ts';
import { REPLICATED } from '../modes.ts';
import { isPrincipal } from '../principal.ts';
import { CanisterTrap } from '../traps.ts';
import { define } from './define.ts';

const COPY = '(dst : I, offset : I, size : I) -> ()';
const ROOT_KEY = 'I G U RQ Ry Rt C T';
const STATUS_CODES: Readonly<Record<CanisterStatus, number>> = { running: 1, stopping: 2, stopped: 3 };

/**
 * canister_self_*, subnet_self_*, canister_status, canister_version, is_controller, in_replicated_execution,
 * root_key_*.
 */
export const SELF_FUNCTIONS = [
    define('canister_self_size', '() -> I', '*', (frame) => frame.canister.address.bytes.length),
    define('canister_self_copy', COPY, '*', (frame, dst: number, offset: number, size: number) =>
        frame.copy('canister_self_copy', 'id', frame.canister.address.bytes, dst, offset, size)
    ),
    define('subnet_self_size', '() -> I', '*', (frame) => frame.canister.home.id.length),
    define('subnet_self_copy', COPY, '*', (frame, dst: number, offset: number, size: number) =>
        frame.copy('subnet_self_copy', 'id', frame.canister.home.id, dst, offset, size)
    ),

    define('canister_status', '() -> i32', '*', (frame) => STATUS_CODES[frame.canister.status]),
    define('canister_version', '() -> i64', '*', (frame) => frame.canister.version),
    define('in_replicated_execution', '() -> i32', '* s', (frame) => ((frame.mode & REPLICATED) === 0 ? 0 : 1)),
    define('is_controller', '(src : I, size : I) -> i32', '* s', (frame, src: number, size: number) => {
        const principal = frame.read('ic0.is_controller', src, size);
        if (!isPrincipal(principal)) {
            throw new CanisterTrap('IC0504', 'Canister provided invalid principal id', '');
        }
        return isController(frame.canister, principal) ? 1 : 0;
    }),

    define('root_key_size', '() -> I', ROOT_KEY, (frame) => frame.subnet.rootKey.length),
    define('root_key_copy', COPY, ROOT_KEY, (frame, dst: number, offset: number, size: number) =>
        frame.copy('root_key_copy', 'root_key', frame.subnet.rootKey, dst, offset, size)
    )
];
