/** Schedule files: what they are called, and their ways to and from the disk. Format: format.ts. */
import { join } from 'node:path';
import { fileNamePart, readDocument, writeDocument } from './document.ts';
import { SCHEDULE } from './format.ts';
import type { ScheduleSections } from './format.ts';

const SCHEDULE_SUFFIX = '.schedule.json';

/** File name of a finding: the same for the same scenario, language and trace on every machine. Pure. */
export function scheduleFileName({ scenario, language, traceHash }: ScheduleSections): string {
    return `${fileNamePart(scenario.id)}.${language}.${traceHash.slice(0, 12)}${SCHEDULE_SUFFIX}`;
}

/** Writes a schedule file into `directory` (made when missing), atomically, and returns its path. Throws what the file system throws. */
export function writeSchedule(directory: string, sections: ScheduleSections): string {
    const file = join(directory, scheduleFileName(sections));
    writeDocument(SCHEDULE, file, sections);
    return file;
}

/** Reads and verifies a schedule file. Throws a subclass of ScheduleFileError that names file, field and fix. */
export function readSchedule(file: string): ScheduleSections {
    return readDocument(SCHEDULE, file);
}
