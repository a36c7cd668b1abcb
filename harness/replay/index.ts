/** Schedule files: writing, reading, replaying. */
export { ScheduleFileError } from './errors.ts';
export type { ScheduleSections } from './format.ts';
export { scheduleOf } from './from-finding.ts';
export { changedCanisters, replayFile } from './replay-file.ts';
export type { ChangedCanister } from './replay-file.ts';
export { readSchedule, writeSchedule } from './schedule-file.ts';
