/**
 * Reading and assigning properties by name for the journal. A name that is known only when it runs costs five times as much as
 * one that stands in the code, and every message changes a dozen of them: so those that every message changes stand here.
 */

/** An object as the journal sees it. */
export type Properties = Record<string, unknown>;

/** `target[key]`. */
export function propertyOf(target: Properties, key: string): unknown {
    switch (key) {
        case 'sequence': return target.sequence;
        case 'outstanding': return target.outstanding;
        case 'available': return target.available;
        case 'result': return target.result;
        case 'expired': return target.expired;
        default: return target[key];
    }
}

/** `target[key] = value`. */
export function assignProperty(target: Properties, key: string, value: unknown): void {
    switch (key) {
        case 'sequence': target.sequence = value; return;
        case 'outstanding': target.outstanding = value; return;
        case 'available': target.available = value; return;
        case 'result': target.result = value; return;
        case 'expired': target.expired = value; return;
        default: target[key] = value;
    }
}
