/** Live campaigns: plans, attempts, findings, plan files. */
export { failedLiveResult, runLiveCampaign, skippedLiveResult } from './campaign.ts';
export type { LiveOptions } from './campaign.ts';
export { isPlanFile, planSectionsOf, readPlan, writePlan } from './plan-file.ts';
export type { PlanSections } from './plan-format.ts';
export { repeatFile } from './repeat-file.ts';
export type { Repeated } from './repeat-file.ts';
export type { LiveFinding, LiveProgress, LiveResult } from './results.ts';
