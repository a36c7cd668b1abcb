/** Replays a schedule file on a deployed backend. */
import type { ControlledBackend } from '../backend/port.ts';
import { replaySchedule } from '../explore/index.ts';
import type { ReplayResult } from '../explore/results.ts';
import type { Binding } from '../scenario/index.ts';
import type { ScheduleSections } from './format.ts';

/**
 * Follows the file's steps by causal names from the backend's present state, which it restores at the end. Deterministic.
 * Throws ScenarioError when the calls do not fit the canisters' Candid any more.
 */
export function replayFile(schedule: ScheduleSections, binding: Binding, backend: ControlledBackend): ReplayResult {
    const { messagesMax, timeAdvancesMax } = schedule.backend;
    const recorded = {
        calls: schedule.calls.map(({ actor, label, canister, method, args, argHex, order }) => {
            const arg = Uint8Array.from(Buffer.from(argHex, 'hex'));
            return { actor, label, canister, method, arg, argText: args.slice(1, -1), order };
        }),
        steps: schedule.steps.map(({ act, path, name, code, text, answer }) => {
            return {
                act,
                path,
                name,
                ...(code === undefined ? {} : { code }),
                ...(text === undefined ? {} : { text }),
                ...(answer === undefined ? {} : { answer })
            };
        }),
        invariant: schedule.broken.invariant,
        traceHash: schedule.traceHash
    };
    return replaySchedule(binding, backend, recorded, { messagesMax, timeAdvancesMax });
}
