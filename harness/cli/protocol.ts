/** What the main thread and the exploring workers say to each other: plain data, by structured clone. */
import type { CampaignError, CampaignProgress, NamedPrincipal, ReplayResult } from '../explore/results.ts';
import type { Reduction } from '../explore/reduction/name.ts';
import type { MeteringChoice, ToolLimits } from '../replica/index.ts';
import type { ScheduleSections } from '../replay/index.ts';
import type { StrategyName } from '../scenario/strategy-name.ts';
import type { Language } from '../scenario/types.ts';
import type { RunOutcome } from '../report/outcome.ts';
import type { TransitionTableChoice } from './deploy.ts';

/** A compiled canister that plays a role. */
export interface RoleBuild {
    readonly role: string;
    /** Name in dfx.json. */
    readonly name: string;
    readonly wasm: Uint8Array;
    readonly wasmSha256: string;
    readonly candid: string;
    /** Candid text from dfx.json; used where the scenario gives no init arguments. */
    readonly initArg?: string;
}

/** Limits and choices from the command line; absent means the default of exploration. */
export interface ExploreChoices {
    readonly seed: number;
    readonly schedules?: number;
    readonly strategy?: StrategyName;
    readonly reduction?: Reduction;
    readonly messagesMax?: number;
    readonly metering?: MeteringChoice;
    readonly transitionTable?: TransitionTableChoice;
    /** Whether it is noted which basic blocks of canisters are executed. */
    readonly marksBlocks?: true;
    /** Unit steps of one message. */
    readonly stepsMax?: number;
    /** Steps of all messages, in whatever is counted. */
    readonly budget?: number;
    readonly limits?: ToolLimits;
    readonly timeLimitMs?: number;
    readonly shrink: boolean;
}

/** One scenario in one language, to be explored. */
export interface Job {
    readonly kind: 'explore';
    readonly index: number;
    readonly scenario: string;
    readonly about: string;
    readonly location: string;
    /** The declared expectation in a word or two; absent without one. */
    readonly expected?: string;
    readonly language: Language;
    /** Directory of dfx.json. */
    readonly project: string;
    /** Absolute path of the scenario file. */
    readonly path: string;
    readonly canisters: readonly RoleBuild[];
    readonly choices: ExploreChoices;
    /** Why it cannot be run: a canister of it does not compile. */
    readonly failure?: CampaignError;
    /** Absolute path of the directory of schedule files. */
    readonly findings: string;
    readonly toolVersion: string;
}

/** A schedule file, to be replayed. */
export interface ReplayTask {
    readonly kind: 'replay';
    readonly project: string;
    /** Absolute path of the scenario file. */
    readonly path: string;
    readonly schedule: ScheduleSections;
    readonly canisters: readonly RoleBuild[];
}

export type Task = Job | ReplayTask;

/** From a worker to which a ReplayTask was given. */
export type ReplayReport =
    | { readonly kind: 'replayed'; readonly result: ReplayResult; readonly principals: readonly NamedPrincipal[] }
    | { readonly kind: 'replay-failed'; readonly error: CampaignError };

/** From a worker. Every job ends with exactly one `done`, unless the worker dies. */
export type WorkerReport =
    | { readonly kind: 'progress'; readonly job: number; readonly progress: CampaignProgress }
    /** A schedule file was written before shrinking started. */
    | { readonly kind: 'found'; readonly job: number; readonly file: string; readonly invariant: string }
    | { readonly kind: 'done'; readonly job: number; readonly outcome: RunOutcome };

/** Values of the shared stop flag. */
export const GO_ON = 0;
export const STOP = 1;
