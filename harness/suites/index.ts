/** Users' own PocketIC tests, run under many schedules. */
export { exploreSuite } from './campaign.ts';
export type { Ran, RunPlan, SuiteProgress } from './campaign.ts';
export type { SuiteFinding, SuiteResult } from './results.ts';
export { RUN_VARIABLE, writeRun } from './run-file.ts';
export { NoServerStartedError } from './errors.ts';
export { SUITE_SCHEDULE } from './schedule-format.ts';
export type { SuiteSections } from './schedule-format.ts';
export { servedRun } from './serve-run.ts';
export type { ServedRun } from './serve-run.ts';
export { deviationsOf, readTrace } from './trace.ts';
