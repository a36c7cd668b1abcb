/** Exploration: campaigns, replays, and the plain data that they give. */
export { campaignError } from './campaign-error.ts';
export { StuckScheduleError } from './errors.ts';
export { runCampaign } from './campaign.ts';
export type { CampaignOptions } from './options.ts';
export { replaySchedule } from './replay.ts';
export type { RecordedSchedule } from './replay.ts';
export type * from './results.ts';
export { DEFAULT_LIMITS } from './limits.ts';
export type { WalkLimits } from './limits.ts';
