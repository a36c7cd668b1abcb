/** Init arguments that a scenario gives to a role. */
import { IDL } from '@dfinity/candid';
import { ArgumentMismatchError, ScenarioFunctionError } from './errors.ts';
import { shown } from './method.ts';
import type { Addresses, Scenario } from './types.ts';

/**
 * The encoded init argument of a role, or undefined where the scenario gives none (dfx.json's `init_arg` counts then).
 * `types` are the init types of the role's Candid. Throws an error that names scenario, file, line, role, types and value.
 */
export function encodeInit(
    scenario: Scenario,
    role: string,
    types: readonly IDL.Type[],
    addresses: Addresses
): Uint8Array | undefined {
    const use = scenario.canisters[role];
    if (use === undefined || typeof use === 'string' || use.init === undefined) return undefined;
    const user = `the init arguments of "${role}"`;
    const signature = `(${types.map(type => type.name).join(', ')})`;
    let values: readonly unknown[];
    try {
        values = use.init(addresses);
    } catch (cause) {
        throw new ScenarioFunctionError(scenario, user, `could not be computed: ${String(cause)}`, cause);
    }
    const call = { user, role, method: 'init', signature };
    const list = Array.isArray(values) ? `(${values.map(shown).join(', ')})` : shown(values);
    if (!Array.isArray(values) || values.length !== types.length) throw new ArgumentMismatchError(scenario, call, list);
    try {
        return IDL.encode([...types], values);
    } catch (cause) {
        throw new ArgumentMismatchError(scenario, call, list, cause);
    }
}
