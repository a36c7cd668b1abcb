/** The toy has no faults but rejects and expiries: nothing else is ever possible. */
import type { FaultPort } from '../../backend/fault-port.ts';
import type { ControlledBackend } from '../../backend/port.ts';

export function toyFaults(toy: Pick<ControlledBackend, 'describe' | 'canisters'>): FaultPort {
    const never = (): never => {
        throw new Error('the toy has no such fault');
    };
    return {
        callOf: message => {
            const { canister, callee = canister, method } = toy.describe(message);
            return { canister: toy.canisters.indexOf(callee), method };
        },
        mayTrap: () => false,
        wouldCall: () => false,
        mayPass: () => false,
        executeUninspected: never,
        releaseLate: () => false,
        hasLost: () => false,
        onCanister: () => undefined,
        onClock: () => undefined,
        trap: never,
        executeWithFullQueue: never,
        withhold: never,
        strike: never
    };
}
