/** Whether a schedule file is of the canisters as they are now. */
import type { ScheduleSections } from './format.ts';

/** A canister whose Wasm is not the one that the schedule was recorded with. */
export interface ChangedCanister {
    readonly name: string;
    /** SHA-256 in hex. */
    readonly recorded: string;
    readonly now: string;
}

/** Canisters of the file that are another Wasm now, in the file's order. The replay is by names then, and may diverge. Pure. */
export function changedCanisters(
    schedule: ScheduleSections,
    builds: readonly { readonly role: string; readonly wasmSha256: string }[]
): ChangedCanister[] {
    return schedule.canisters.flatMap(({ role, name, wasmSha256: recorded }) => {
        const now = builds.find(build => build.role === role)?.wasmSha256;
        return now === undefined || now === recorded ? [] : [{ name, recorded, now }];
    });
}
