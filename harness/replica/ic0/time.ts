/**
 * System API: time, the global timer, the performance counter (IC interface specification, "System time" to
 * "Performance counter").
 */
import { contractViolation } from '../traps.ts';
import { define } from './define.ts';

/** time, global_timer_set, performance_counter. */
export const TIME_FUNCTIONS = [
    define('time', '() -> i64', '*', (frame) => frame.subnet.timeNs),

    define('global_timer_set', '(timestamp : i64) -> i64', 'I G U Ry Rt C T', (frame, timestamp: bigint) => {
        const { canister, subnet } = frame;
        const previous = canister.timerNs;
        subnet.journal.set(canister, 'timerNs', timestamp);
        frame.timerSet = true;
        return previous;
    }),

    // Instructions, or unit steps where the module is metered so (see `ReplicaOptions.metering`). What was executed of the
    // basic block that calls it counts as a whole, as in production.
    define('performance_counter', '(counter_type : i32) -> i64', '* s', (frame, type: number) => {
        const steps = frame.stepsUsed();
        switch (type) {
            case 0:
                return steps;
            case 1:
                return (frame.context?.steps ?? 0) + steps;
            default:
                throw contractViolation(`Error getting performance counter type ${type}`);
        }
    })
];
