/** Schedule files: writing, reading, replaying. */
export { ScheduleFileError } from './errors.ts';
export type { ScheduleSections } from './format.ts';
export { scheduleOf } from './from-finding.ts';
export { changedCanisters } from './changed-canisters.ts';
export type { ChangedCanister } from './changed-canisters.ts';
export { replayFile } from './replay-file.ts';
export { readSchedule, writeSchedule } from './schedule-file.ts';
