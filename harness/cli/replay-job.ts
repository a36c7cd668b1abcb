/** One schedule file, replayed in a worker. */
import { join } from 'node:path';
import { campaignError } from '../explore/index.ts';
import { replayFile } from '../replay/index.ts';
import { deploy } from './deploy.ts';
import type { ReplayReply, ReplayTask } from './protocol.ts';
import { loadScenario } from './scenario-files.ts';

/** Runs the task; never rejects for what scenario or canisters do. */
export async function replayJob(task: ReplayTask): Promise<ReplayReply> {
    const { schedule } = task;
    try {
        const { scenario } = await loadScenario(task.project, task.path, schedule.scenario.id);
        const { seed, fees, metering, stepsMax, limits } = schedule.backend;
        const { backend, binding } = await deploy(scenario, task.canisters, {
            seed,
            fees,
            metering,
            stepsMax,
            // One schedule, executed as it is: nothing in it comes twice.
            transitionTable: 'off',
            ...(limits === undefined ? {} : { limits }),
            cacheDirectory: join(task.project, '.interleave', 'cache')
        });
        const result = replayFile(schedule, binding, backend);
        const names = [...backend.canisters, ...new Set(schedule.calls.map(({ actor }) => actor))];
        const principals = names.map(name => {
            return {
                name,
                principal: backend.canisters.includes(name) ? backend.principalOf(name) : backend.actorPrincipal(name)
            };
        });
        return { kind: 'replayed', result, principals };
    } catch (thrown) {
        return { kind: 'replay-failed', error: campaignError(thrown) };
    }
}
