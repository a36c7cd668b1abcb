/** A job under way in a few words. */
import type { CampaignProgress } from '../explore/results.ts';
import { count, grouped, plain } from '../report/text.ts';
import type { Speed } from './speed.ts';

/** `340/1,000 schedules, 1,230/s, 2 s left; 12 pairs, new 310 ago; overdraw broken`. Pure. */
export function phaseText(progress: CampaignProgress, speed: Speed, timeLimitMs: number | undefined): string {
    const isShrinking = progress.phase === 'shrink';
    const { schedules, schedulesMax } = progress;
    // How many schedules shrinking takes is not known before: no time is left that could be told.
    const most = schedulesMax === undefined || isShrinking ? '' : `/${grouped(schedulesMax)}`;
    const rate = speed.perSecond === undefined ? '' : `, ${grouped(Math.round(speed.perSecond))}/s`;
    const left = isShrinking ? '' : leftText(progress, speed, timeLimitMs);
    const noun = schedules === 1 && most === '' ? 'schedule' : 'schedules';
    const parts = [`${grouped(schedules)}${most} ${noun}${rate}${left}`];
    if (isShrinking) parts.unshift(`shrinking${sizeText(progress)}`);
    else if (progress.coverage !== undefined) parts.push(coverageText(progress.coverage, schedules));
    if (progress.broken.length > 0) parts.push(`${progress.broken.map(plain).join(', ')} broken`);
    return parts.join('; ');
}

function leftText({ schedulesMax }: CampaignProgress, speed: Speed, timeLimitMs = Infinity): string {
    const toGo = schedulesMax === undefined ? undefined : speed.secondsTo(schedulesMax);
    const seconds = Math.min(toGo ?? Infinity, (timeLimitMs - speed.elapsedMs) / 1_000);
    if (!Number.isFinite(seconds)) return '';
    if (seconds < 90) return `, ${Math.max(0, Math.ceil(seconds))} s left`;
    return seconds < 5_400 ? `, ${Math.ceil(seconds / 60)} min left` : `, ${Math.ceil(seconds / 3_600)} h left`;
}

function coverageText({ pairs, lastGrew }: NonNullable<CampaignProgress['coverage']>, schedules: number): string {
    const since = schedules - 1 - lastGrew;
    // Short, since terminals are narrow: how many schedules ago the last new one came.
    return `${count(pairs, 'pair')}${lastGrew < 0 ? '' : `, new ${grouped(Math.max(0, since))} ago`}`;
}

function sizeText({ size }: CampaignProgress): string {
    if (size === undefined) return '';
    const faults = size.faults === 0 ? '' : `, ${count(size.faults, 'fault')}`;
    return ` (${count(size.calls, 'call')}${faults}, ${count(size.steps, 'step')})`;
}
