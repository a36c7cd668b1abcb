/** Checksums over the sections of a schedule file. They detect edits and copy errors; they are no protection against forgery. */
import { createHash } from 'node:crypto';

/** Hex digits kept of each SHA-256. */
const LENGTH = 16;

/** Checksum of each member of `sections`, by name. Independent of key order and of white space in the file. Pure. */
export function checksums(sections: Readonly<Record<string, unknown>>): Record<string, string> {
    return Object.fromEntries(
        Object.keys(sections)
            .sort()
            .map(name => [name, createHash('sha256').update(canonical(sections[name])).digest('hex').slice(0, LENGTH)])
    );
}

/** JSON with sorted keys: one text for one value. `undefined` members do not exist in JSON and are left out. */
function canonical(value: unknown): string {
    if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
    if (typeof value === 'object' && value !== null) {
        const record = value as Readonly<Record<string, unknown>>;
        const members = Object.keys(record)
            .filter(key => record[key] !== undefined)
            .sort()
            .map(key => `${JSON.stringify(key)}:${canonical(record[key])}`);
        return `{${members.join(',')}}`;
    }
    return JSON.stringify(value);
}
