/** Values of the observe queries, asked of a running replica. */
import type { LiveBackend } from '../backend/live.ts';
import type { Binding, BoundObservation } from '../scenario/bind.ts';
import { ObserveFailedError } from '../scenario/errors.ts';
import type { CandidValue } from '../scenario/types.ts';

export type Values = Readonly<Record<string, CandidValue>>;

/** All values, asked at once. Throws ObserveFailedError, and what the backend throws. */
export async function observe(binding: Binding, backend: LiveBackend): Promise<Values> {
    const asked = binding.observations.map(async each => [each.name, await ask(binding, backend, each)] as const);
    return Object.freeze(Object.fromEntries(await Promise.all(asked)));
}

async function ask(binding: Binding, backend: LiveBackend, observation: BoundObservation): Promise<CandidValue> {
    const { name, role, bound, arg } = observation;
    const result = await backend.query(role, bound.name, arg);
    const query = `(${role}.${bound.name})`;
    if (result.kind === 'reject') {
        const code = result.errorCode ?? `reject code ${result.code}`;
        throw new ObserveFailedError(binding.scenario, name, `${query} was not answered: ${result.message} (${code})`);
    }
    try {
        return bound.decodeReply(result.reply);
    } catch (cause) {
        const problem = `${query} answered bytes that are not of type ${bound.signature}: ${String(cause)}`;
        throw new ObserveFailedError(binding.scenario, name, problem, cause);
    }
}

/** Whether two observations are the same, as texts of their Candid types. */
export function sameValues(binding: Binding, one: Values, other: Values): boolean {
    return binding.observations.every(({ name, bound }) => bound.valueText(one[name]) === bound.valueText(other[name]));
}
