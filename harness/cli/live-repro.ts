/** `repro` of a plan file: runs the plan again, several times, and says how often the race appeared. */
import { join } from 'node:path';
import type { Project } from '../build/index.ts';
import { NetworkError } from '../backend/network/errors.ts';
import { readPlan, repeatFile } from '../live/index.ts';
import type { PlanSections, Repeated } from '../live/index.ts';
import { liveFindingJson, liveFindingText } from '../report/live.ts';
import { jsonText } from '../report/json.ts';
import type { Paint } from '../report/paint.ts';
import { plain } from '../report/text.ts';
import { compile } from './compile.ts';
import type { Context } from './context.ts';
import { EXIT } from './exit-codes.ts';
import { roleBuilds } from './jobs.ts';
import { deployLive } from './live-deploy.ts';
import { openBackend } from './live-backend.ts';
import type { EndpointOptions, LiveEndpoint } from './live-endpoint.ts';
import type { ReproOptions } from './options.ts';
import type { RoleBuild } from './protocol.ts';
import { projectOf } from './repro-project.ts';
import { loadScenario } from './scenario-files.ts';

const REPEAT = 10;

/** Runs the command; resolves to the exit code. Throws the errors of every room that it wires. */
export async function liveRepro(file: string, options: ReproOptions, context: Context): Promise<number> {
    const plan = readPlan(file);
    const project = projectOf(file, options);
    const names = [...new Set(plan.canisters.map(({ name }) => name))];
    await compile(project, names, context);
    const endpoint = await openBackend(plan.backend.name, networkOf(plan, options), { project, context });
    try {
        const { repeated, builds } = await run(plan, { project, endpoint, times: options.repeat ?? REPEAT, context });
        const changed = plan.canisters.filter(({ role, wasmSha256 }) => {
            return builds.find(each => each.role === role)?.wasmSha256 !== wasmSha256;
        });
        const exitCode = exitCodeOf(repeated, context);
        const facts = { file, plan, repeated, exitCode, changed: changed.map(({ name }) => name) };
        const { out, outPaint } = context.streams;
        out(options.json ? reproJson(facts, endpoint) : reproText(facts, outPaint));
        return exitCode;
    } finally {
        await endpoint.close();
    }
}

/** A server of our own gets the rounds that it had, unless the command line says otherwise. */
function networkOf({ found, backend }: PlanSections, options: ReproOptions): EndpointOptions {
    const roundMs = options.roundMs ?? backend.roundMs;
    return { ...options, seed: found.seed, ...(roundMs === undefined ? {} : { roundMs }) };
}

interface Run {
    readonly project: Project;
    readonly endpoint: LiveEndpoint;
    readonly times: number;
    readonly context: Context;
}

async function run(
    plan: PlanSections,
    { project, endpoint, times, context }: Run
): Promise<{ readonly repeated: Repeated; readonly builds: readonly RoleBuild[] }> {
    const { streams, interrupts } = context;
    const { directory } = project;
    const { scenario } = await loadScenario(directory, join(directory, plan.scenario.file), plan.scenario.id);
    const names = [...new Set(plan.canisters.map(({ name }) => name))];
    const { backend, binding, builds } = await deployLive(scenario, plan.canisters, {
        endpoint,
        project: directory,
        build: async ids => roleBuilds(plan.canisters, await compile(project, names, context, name => ids(name) ?? ''))
    });
    const clear = async (): Promise<void> => {
        for (const line of await backend.close()) streams.note(plain(line));
    };
    try {
        const repeated = await repeatFile(plan, binding, backend, {
            times,
            shouldStop: interrupts.interrupted,
            onAttempt: done => streams.status(`${plain(plan.scenario.id)}: ${done}/${times}`)
        });
        await clear();
        return { repeated, builds };
    } catch (error) {
        // Over a broken connection nothing can be deleted.
        if (!(error instanceof NetworkError)) await clear();
        throw error;
    }
}

interface Facts {
    readonly file: string;
    readonly plan: PlanSections;
    readonly repeated: Repeated;
    readonly exitCode: number;
    /** Names of canisters that are another Wasm than recorded. */
    readonly changed: readonly string[];
}

function exitCodeOf({ appeared, times }: Repeated, { interrupts }: Context): number {
    if (appeared > 0) return EXIT.violated;
    if (interrupts.interrupted()) return EXIT.interrupted;
    return times === 0 ? EXIT.undecided : EXIT.asExpected;
}

function reproText({ plan, repeated, changed }: Facts, paint: Paint): string {
    const { scenario, language, broken } = plan;
    const { times, appeared, finding } = repeated;
    const what = `${plain(scenario.id)} (${language}): ${plain(broken.invariant)}`;
    const lines = changed.map(each => paint.yellow(`${plain(each)} is another Wasm than recorded`));
    if (finding !== undefined) lines.push(liveFindingText(finding, { language }, paint));
    lines.push(
        appeared > 0
            ? `${paint.red('still fails')}: ${what} broke in ${appeared} of ${times} runs of the plan`
            : `${paint.green('did not fail')}: ${what} held in ${times} runs; a plan promises no order of messages`
    );
    return `${lines.join('\n')}\n`;
}

function reproJson({ file, plan, repeated, exitCode, changed }: Facts, { server, url }: LiveEndpoint): string {
    const { finding, times, appeared } = repeated;
    return jsonText({
        format: 'interleave-repeat',
        version: 1,
        file,
        scenario: plan.scenario.id,
        language: plan.language,
        invariant: plan.broken.invariant,
        replica: server === 'own' ? 'own' : url,
        changed,
        exitCode,
        times,
        appeared,
        finding: finding === undefined ? null : liveFindingJson(finding, file)
    });
}
