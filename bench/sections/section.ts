/** What a section of the benchmark is: one question, measured by itself and shown as one table. */
import Table from 'cli-table3';
import type { Rate } from '../measure.ts';

/** Given so much time for each measurement, sections measure what takes minutes too. */
export const PATIENT_SECONDS = 10;

/** `Rows` is what stands in the JSON document: plain data. */
export interface Section<Rows> {
    /** What `--section` calls it. */
    readonly name: string;
    /** One line: what is measured, on which load. */
    readonly about: string;
    /** Measures; `seconds` is the time for each single measurement. */
    run(seconds: number): Promise<Rows>;
    render(rows: Rows): string;
}

/** A section whose rows are looked at by nobody but itself. */
export interface AnySection {
    readonly name: string;
    readonly about: string;
    /** Measures, and returns the rows with what is printed of them. */
    measured(seconds: number): Promise<{ readonly rows: unknown; readonly text: string }>;
}

/** Hides what the rows of a section are. */
export function sectionOf<Rows>(section: Section<Rows>): AnySection {
    const { name, about } = section;
    return {
        name,
        about,
        measured: async seconds => {
            const rows = await section.run(seconds);
            return { rows, text: section.render(rows) };
        }
    };
}

/** A plain table. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
    const table = new Table({ head: [...head], style: { head: [], border: [] } });
    for (const row of rows) table.push([...row]);
    return table.toString();
}

/** A number for people. */
export function whole(value: number): string {
    return Math.round(value).toLocaleString('en');
}

/** A rate for people: the median, and from the slowest to the fastest slice. */
export function shown(rate: Rate): string {
    return `${whole(rate.perSecond)} (${whole(rate.slowest)} to ${whole(rate.fastest)})`;
}
