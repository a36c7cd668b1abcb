/** From targets and compiled canisters to the jobs that workers take. */
import type { BuiltCanister, Project } from '../build/index.ts';
import { campaignError } from '../explore/campaign-error.ts';
import { settle } from '../explore/options.ts';
import type { CampaignOptions } from '../explore/options.ts';
import { expectationText } from '../explore/verdict.ts';
import type { Context } from './context.ts';
import { CoverageTableError } from './errors.ts';
import type { FuzzOptions } from './options.ts';
import type { ExploreChoices, Job, RoleBuild } from './protocol.ts';
import { limitsOf } from './replica-choices.ts';
import { chosenStrategy } from './strategy-option.ts';
import type { RoleCanister, Target } from './targets.ts';

interface Wiring {
    readonly built: ReadonlyMap<string, BuiltCanister>;
    /** Of canisters that do not compile. */
    readonly failures: ReadonlyMap<string, unknown>;
    readonly project: Project;
    readonly options: FuzzOptions;
    readonly findings: string;
    readonly context: Context;
}

const MIB = 1024 * 1024;

/** The job of a target, with its compiled canisters, or with why there are none. Pure. */
export function jobOf(index: number, target: Target, wiring: Wiring): Job {
    const { built, failures, project, options, findings, context } = wiring;
    const broken = target.canisters.find(({ name }) => failures.has(name));
    const expected = expectationText(target.scenario);
    const { schedules, maxSteps, timeLimit, seed, shrink, metering, maxMessageSteps } = options;
    const { maxTotalSteps, maxSwitches, transitionTable, reduction, checkDeterminism } = options;
    const strategy = chosenStrategy(options);
    if (options.coverage === 'branches' && transitionTable !== undefined && transitionTable !== 'off')
        throw new CoverageTableError(transitionTable);
    const heap = options.maxHeap === undefined ? {} : { heapBytesMax: options.maxHeap * MIB };
    const limits = { ...options.limit, ...heap };
    const choices: ExploreChoices = {
        seed,
        shrink,
        ...(schedules === undefined ? {} : { schedules }),
        ...(strategy === undefined ? {} : { strategy }),
        ...(reduction === undefined ? {} : { reduction }),
        ...(maxSteps === undefined ? {} : { messagesMax: maxSteps }),
        ...(maxSwitches === undefined ? {} : { switchesMax: maxSwitches }),
        ...(timeLimit === undefined ? {} : { timeLimitMs: timeLimit * 1000 }),
        ...(metering === undefined ? {} : { metering }),
        ...(transitionTable === undefined ? {} : { transitionTable }),
        ...(checkDeterminism === undefined ? {} : { checkDeterminism }),
        ...(options.coverage === 'branches' ? { marksBlocks: true, transitionTable: 'off' } : {}),
        ...(maxMessageSteps === undefined ? {} : { stepsMax: maxMessageSteps }),
        ...(maxTotalSteps === undefined ? {} : { budget: maxTotalSteps }),
        ...(Object.keys(limits).length === 0 ? {} : { limits })
    };
    return {
        index,
        scenario: target.scenario.id,
        about: target.scenario.about,
        location: target.scenario.location,
        ...(expected === undefined ? {} : { expected }),
        language: target.language,
        project: project.directory,
        path: target.path,
        canisters: broken === undefined ? roleBuilds(target.canisters, built) : [],
        ...(broken === undefined ? {} : { failure: campaignError(failures.get(broken.name)) }),
        choices,
        settled: settle(target.scenario, campaignOptions(choices)),
        metering: metering ?? target.scenario.metering ?? 'auto',
        findings,
        toolVersion: context.toolVersion
    };
}

function campaignOptions(choices: ExploreChoices): CampaignOptions {
    const { seed, schedules, strategy, reduction, shrink, budget } = choices;
    return {
        seed,
        shrink,
        ...(schedules === undefined ? {} : { schedules }),
        ...(strategy === undefined ? {} : { strategy }),
        ...(reduction === undefined ? {} : { reduction }),
        ...(budget === undefined ? {} : { stepsMax: budget }),
        limits: limitsOf(choices)
    };
}

/** The compiled canister of each role, in deployment order. Pure. */
export function roleBuilds(canisters: readonly RoleCanister[], built: ReadonlyMap<string, BuiltCanister>): RoleBuild[] {
    return canisters.map(({ role, name }) => {
        const { wasm, wasmHash, candid, initArg } = built.get(name)!;
        return { role, name, wasm, wasmSha256: wasmHash, candid, ...(initArg === undefined ? {} : { initArg }) };
    });
}
