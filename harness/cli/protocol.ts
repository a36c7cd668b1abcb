/** What the main thread and the exploring workers say to each other: plain data, by structured clone. */
import type { Chunk, ChunkResult, RawFinding } from '../explore/chunk.ts';
import type { Explainable, Explained } from '../explore/explain.ts';
import type { ScenarioFacts } from '../explore/facts.ts';
import type { Settled } from '../explore/options.ts';
import type { CampaignError, CampaignProgress, Finding, NamedPrincipal, ReplayResult } from '../explore/results.ts';
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
    /** Context switches of one schedule. */
    readonly switchesMax?: number;
    readonly metering?: MeteringChoice;
    readonly transitionTable?: TransitionTableChoice;
    /** Every so many schedules are run twice. */
    readonly checkDeterminism?: number;
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
    /** The campaign, with all defaults filled in. */
    readonly settled: Settled;
    readonly metering: MeteringChoice;
    /** Why it cannot be run: a canister of it does not compile. */
    readonly failure?: CampaignError;
    /** Absolute path of the directory of schedule files. */
    readonly findings: string;
    readonly toolVersion: string;
}

/** Some schedules of a job, to be run; `job` is left out where the worker has it. */
export interface ChunkTask {
    readonly kind: 'chunk';
    readonly index: number;
    readonly job?: Job;
    readonly chunk: Chunk;
    /** It is cut after so many milliseconds: then others can take over, and what was done is kept. No result depends on it. */
    readonly cutAfterMs: number;
    /** Of an enumeration that goes on: what was finished before, chunk by chunk; left out where the worker has it. */
    readonly finished?: readonly Uint8Array[];
}

/** What a job found, to be shrunk. */
export interface ExplainTask {
    readonly kind: 'explain';
    readonly index: number;
    readonly job?: Job;
    readonly explain: Explainable;
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

export type Task = ChunkTask | ExplainTask | ReplayTask;

/** The scenario cannot be run: it, or a canister, cannot be set up. */
export interface NotRunnable {
    readonly kind: 'not-runnable';
    readonly error: CampaignError;
}

export type ChunkReply =
    /** `exploredMs`: how long the schedules took; deploying is no part of it. */
    | { readonly kind: 'ran'; readonly facts: ScenarioFacts; readonly result: ChunkResult; readonly exploredMs: number }
    | NotRunnable;

export type ExplainReply = { readonly kind: 'explained'; readonly explained: Explained } | NotRunnable;

export type ReplayReply =
    | { readonly kind: 'replayed'; readonly result: ReplayResult; readonly principals: readonly NamedPrincipal[] }
    | { readonly kind: 'replay-failed'; readonly error: CampaignError };

/** What a worker says in the middle of a task. */
export type WorkerNews =
    /** The canisters are installed: exploring begins. */
    | { readonly kind: 'deployed'; readonly job: number }
    /** Of the task under way. */
    | {
          readonly kind: 'progress';
          readonly job: number;
          readonly phase: CampaignProgress['phase'];
          readonly schedules: number;
          readonly messages: number;
          readonly broken: readonly string[];
          readonly size?: NonNullable<CampaignProgress['size']>;
      }
    | { readonly kind: 'found'; readonly job: number; readonly found: RawFinding }
    /** Before it is shrunk, and after. */
    | { readonly kind: 'finding'; readonly job: number; readonly finding: Finding };

/** What whoever follows a run is told. Each job ends with exactly one `done`. */
export type WorkerReport =
    | { readonly kind: 'progress'; readonly job: number; readonly progress: CampaignProgress }
    /** A schedule file was written before shrinking started. */
    | { readonly kind: 'found'; readonly job: number; readonly file: string; readonly invariant: string }
    | { readonly kind: 'done'; readonly job: number; readonly outcome: RunOutcome };

/** What threads share: memory, because a thread that explores hears nothing. */
export interface Shared {
    /** One Int32: GO_ON or STOP. */
    readonly flag: Int32Array;
    /** One Int32 a job: GO_ON or STOP. */
    readonly jobs: Int32Array;
    /** One number: index of the schedule that this worker is at. */
    readonly at: Float64Array;
}

/** Values of the shared stop flags. */
export const GO_ON = 0;
export const STOP = 1;
