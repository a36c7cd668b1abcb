/**
 * What stderr shows while the tool works: one line redrawn on a terminal; elsewhere a line for what was done, and one now and then for what
 * takes long. Reads the clock; nothing here reaches the result.
 */
import type { CampaignProgress } from '../explore/results.ts';
import { verdictText, timeText } from '../report/table.ts';
import { count, plain } from '../report/text.ts';
import { shownPath } from './paths.ts';
import { Speed } from './speed.ts';
import { phaseText } from './progress-text.ts';
import type { Job, WorkerReport } from './protocol.ts';
import type { Streams } from './streams.ts';

/** Where nothing is redrawn, what still runs is said so often. */
const QUIET_MS = 60_000;

/** A job under way: how fast its present phase is, and what is shown of it. */
interface Running {
    readonly phase: CampaignProgress['phase'];
    readonly speed: Speed;
    text: string;
}

/** Follows the exploring workers; the returned function takes their reports. `now`: milliseconds of a clock that only goes forward. */
export function exploreProgress(
    jobs: readonly Job[],
    streams: Streams,
    now: () => number = () => performance.now()
): (report: WorkerReport) => void {
    const running = new Map<number, Running>();
    let done = 0;
    let said = now();
    const draw = (): void => {
        const line = `[${done}/${jobs.length}] ${[...running.values()].map(({ text }) => text).join('  |  ')}`;
        streams.status(line);
        if (now() - said < QUIET_MS) return;
        said = now();
        streams.reminder(line);
    };
    return report => {
        const job = jobs[report.job]!;
        const name = `${plain(job.scenario)} ${job.language}`;
        switch (report.kind) {
            case 'progress': {
                const { progress } = report;
                const known = running.get(report.job);
                const { speed } = known?.phase === progress.phase ? known : { speed: new Speed() };
                speed.note(now(), progress.schedules);
                const text = `${name}: ${phaseText(progress, speed, job.choices.timeLimitMs)}`;
                running.set(report.job, { phase: progress.phase, speed, text });
                return draw();
            }
            case 'found':
                streams.milestone(
                    `${name}: ${plain(report.invariant)} broken, shrinking (until then in ${shownPath(report.file)})`
                );
                return;
            case 'done': {
                running.delete(report.job);
                done += 1;
                said = now();
                const { outcome } = report;
                const size = count(outcome.result.stats.schedules, 'schedule');
                const what = `${verdictText(outcome)} after ${size} in ${timeText(outcome.elapsedMs)}`;
                streams.milestone(`[${done}/${jobs.length}] ${name}: ${what}`);
                return draw();
            }
        }
    };
}
