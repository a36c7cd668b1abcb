/** Short words for rows that hand-written modules show. */
import type { CallResult, ReplicaOptions } from '../../index.ts';
import { bytes, Lab, rejection } from '../lab.ts';
import * as types from '../../management/types.ts';
import { installArgs } from '../lab.ts';
import { canister, compile } from '../wat.ts';

/** A canister with this body on a subnet of its own. */
export function one(body: string, options: ReplicaOptions = {}, width: 32 | 64 = 32): { lab: Lab; id: Uint8Array } {
    const lab = new Lab(options);
    return { lab, id: lab.install(canister(body, width)) };
}

/** How an update `go` with this body ends. */
export function went(code: string, more = '', options: ReplicaOptions = {}): CallResult {
    const { lab, id } = one(`${more} (func (export "canister_update go") ${code})`, options);
    return lab.call(id, 'go');
}

/** Text that a reply is. */
export function replyText(result: CallResult): string {
    return new TextDecoder().decode(bytes(result));
}

/** Why a module is not installed; `text` is the inside of a module. */
export function refusedInstall(text: string): { code: number; message: string } {
    const lab = new Lab();
    const args = installArgs(lab.create(), compile(`(module ${text})`));
    return rejection(lab.tryManage('install_code', types.INSTALL_CODE, args));
}

/** The module is accepted and runs; returns the lab and the canister. */
export function installs(text: string): { lab: Lab; id: Uint8Array } {
    const lab = new Lab();
    return { lab, id: lab.install(compile(`(module ${text})`)) };
}
