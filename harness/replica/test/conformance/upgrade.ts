/** Changing the code of a language's canister. */
import * as types from '../../management/types.ts';
import { installArgs, type Mode } from '../lab.ts';
import type { Pair } from './languages.ts';
import { encode } from './languages.ts';

const PLAIN: Mode = { upgrade: [] };
const KEEP: Mode = { upgrade: [{ skip_pre_upgrade: [], wasm_memory_persistence: [{ keep: null }] }] };

/** Upgrades or reinstalls `a` with the code that it has. `plain upgrade`: without saying what becomes of the heap. */
export function changeCode(
    { lab, a, wasm, form }: Pair,
    how: 'upgrade' | 'plain upgrade' | 'reinstall'
): { readonly errorCode?: string } {
    const upgrade = how === 'upgrade' && form === 'motoko64' ? KEEP : PLAIN;
    const mode: Mode = how === 'reinstall' ? { reinstall: null } : upgrade;
    const result = lab.tryManage('install_code', types.INSTALL_CODE, installArgs(a, wasm, encode([]), mode));
    lab.replica.settle();
    return result.kind === 'reply' ? {} : result;
}
