/** What stderr shows while the tool works. Nothing here reaches the result. */
import type { CampaignProgress } from '../explore/results.ts';
import { verdictText, timeText } from '../report/table.ts';
import { count, grouped, plain } from '../report/text.ts';
import { shownPath } from './paths.ts';
import type { Job, WorkerReport } from './protocol.ts';
import type { Streams } from './streams.ts';

/** Follows the exploring workers; the returned function takes their reports. */
export function exploreProgress(jobs: readonly Job[], streams: Streams): (report: WorkerReport) => void {
    const running = new Map<number, string>();
    let done = 0;
    const draw = (): void => streams.status(`[${done}/${jobs.length}] ${[...running.values()].join('  |  ')}`);
    return report => {
        const job = jobs[report.job]!;
        const name = `${plain(job.scenario)} ${job.language}`;
        switch (report.kind) {
            case 'progress':
                running.set(report.job, `${name}: ${phaseText(report.progress)}`);
                return draw();
            case 'found':
                streams.milestone(
                    `${name}: ${plain(report.invariant)} broken, shrinking (until then in ${shownPath(report.file)})`
                );
                return;
            case 'done': {
                running.delete(report.job);
                done += 1;
                const { outcome } = report;
                const size = count(outcome.result.stats.schedules, 'schedule');
                const what = `${verdictText(outcome)} after ${size} in ${timeText(outcome.elapsedMs)}`;
                streams.milestone(`[${done}/${jobs.length}] ${name}: ${what}`);
                return draw();
            }
        }
    };
}

function phaseText(progress: CampaignProgress): string {
    const most = progress.schedulesMax === undefined ? '' : `/${grouped(progress.schedulesMax)}`;
    const what = progress.phase === 'shrink' ? `shrinking${sizeText(progress.size)}, ` : '';
    return `${what}${grouped(progress.schedules)}${most} schedules`;
}

/** How small it is already. */
function sizeText(size: CampaignProgress['size']): string {
    if (size === undefined) return '';
    return ` (${count(size.calls, 'call')}, ${count(size.faults, 'fault')}, ${count(size.steps, 'step')})`;
}
