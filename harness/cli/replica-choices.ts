/** How the replica is set up: what the command line chose, and what it is unless something was chosen. */
import { DEFAULT_LIMITS } from '../replica/options.ts';
import type { ToolLimits } from '../replica/index.ts';
import type { WalkLimits } from '../explore/index.ts';
import type { ExploreChoices } from './protocol.ts';

/** Written into every schedule file, like all that follows. */
const FEES = 'standard';
const STEPS_MAX = DEFAULT_LIMITS.steps.message;

/** What the replica charges and allows, as options of the backend and as a schedule file has it. */
export function replicaOf(
    { stepsMax = STEPS_MAX, limits }: ExploreChoices
): { readonly fees: typeof FEES; readonly stepsMax: number; readonly limits?: ToolLimits } {
    return { fees: FEES, stepsMax, ...(limits === undefined ? {} : { limits }) };
}

/** Of one schedule. */
export function limitsOf({ messagesMax, switchesMax }: ExploreChoices): Partial<WalkLimits> {
    return {
        ...(messagesMax === undefined ? {} : { messagesMax }),
        ...(switchesMax === undefined ? {} : { switchesMax })
    };
}
