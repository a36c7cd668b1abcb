/**
 * System API: environment variables, in the order of their names (IC interface specification, "Environment Variables").
 */
import type { Frame } from '../frame.ts';
import { CanisterTrap, userViolation } from '../traps.ts';
import { decodeUtf8 } from './text.ts';
import { define } from './define.ts';

const NAME_BYTES_MAX = 128;
const encoder = new TextEncoder();

/** env_var_*: the settings of the canister, read only. */
export const ENVIRONMENT_FUNCTIONS = [
    define('env_var_count', '() -> I', '*', (frame) => frame.canister.settings.environment.length),
    define('env_var_name_size', '(index : I) -> I', '*', (frame, index: number) => nameAt(frame, index).length),
    define(
        'env_var_name_copy',
        '(index : I, dst : I, offset : I, size : I) -> ()',
        '*',
        (frame, index: number, dst: number, offset: number, size: number) =>
            frame.copy('env_var_name_copy', 'name', nameAt(frame, index), dst, offset, size)
    ),
    define('env_var_name_exists', '(name_src : I, name_size : I) -> i32', '*', (frame, src: number, size: number) =>
        find(frame, readName(frame, 'env_var_name_exists', src, size)) === undefined ? 0 : 1
    ),
    define(
        'env_var_value_size',
        '(name_src : I, name_size : I) -> I',
        '*',
        (frame, src: number, size: number) => valueOf(frame, readName(frame, 'env_var_value_size', src, size)).length
    ),
    define(
        'env_var_value_copy',
        '(name_src : I, name_size : I, dst : I, offset : I, size : I) -> ()',
        '*',
        (frame, src: number, nameSize: number, dst: number, offset: number, size: number) => {
            const value = valueOf(frame, readName(frame, 'env_var_value_copy', src, nameSize));
            frame.copy('env_var_value_copy', 'value', value, dst, offset, size);
        }
    )
];

function nameAt(frame: Frame, index: number): Uint8Array {
    const { environment } = frame.canister.settings;
    const variable = environment[index];
    if (variable === undefined) {
        const text = `Environment variable index ${index} is out of bounds.`;
        throw new CanisterTrap('IC0504', `${text} The number of environment variables is ${environment.length}.`, '');
    }
    return encoder.encode(variable.name);
}

function readName(frame: Frame, name: string, source: number, size: number): string {
    if (size > NAME_BYTES_MAX) {
        throw userViolation(`ic0.${name}: Variable name is too large.`);
    }
    const text = decodeUtf8(frame.read(`ic0.${name} heap`, source, size));
    if (text === undefined) {
        throw userViolation(
            `ic0.${name}: Variable name is not a valid UTF-8 string.`,
            'Provide a valid UTF-8 string for the environment variable name.'
        );
    }
    return text;
}

function find(frame: Frame, name: string): string | undefined {
    return frame.canister.settings.environment.find((variable) => variable.name === name)?.value;
}

function valueOf(frame: Frame, name: string): Uint8Array {
    const value = find(frame, name);
    if (value === undefined) {
        throw new CanisterTrap('IC0504', `Environment variable ${name} not found.`, '');
    }
    return encoder.encode(value);
}
