/**
 * Reading and assigning properties by name for the journal. A name that is known only when it runs costs five times as much as
 * one that stands in the code, and every message changes a dozen of them: so those that every message changes stand here.
 */

/** An object as the journal sees it. */
export type Properties = Record<string, unknown>;

/** `target[key]`. */
export function propertyOf(target: Properties, key: string): unknown {
    switch (key) {
        case 'cycles': return target.cycles;
        case 'stateVersion': return target.stateVersion;
        case 'sequence': return target.sequence;
        case 'openContexts': return target.openContexts;
        case 'version': return target.version;
        case 'steps': return target.steps;
        case 'outstanding': return target.outstanding;
        case 'instructions': return target.instructions;
        case 'needsToRespond': return target.needsToRespond;
        case 'available': return target.available;
        case 'result': return target.result;
        case 'ingress': return target.ingress;
        case 'transmission': return target.transmission;
        case 'expired': return target.expired;
        default: return target[key];
    }
}

/** `target[key] = value`. */
export function assignProperty(target: Properties, key: string, value: unknown): void {
    switch (key) {
        case 'cycles': target.cycles = value; return;
        case 'stateVersion': target.stateVersion = value; return;
        case 'sequence': target.sequence = value; return;
        case 'openContexts': target.openContexts = value; return;
        case 'version': target.version = value; return;
        case 'steps': target.steps = value; return;
        case 'outstanding': target.outstanding = value; return;
        case 'instructions': target.instructions = value; return;
        case 'needsToRespond': target.needsToRespond = value; return;
        case 'available': target.available = value; return;
        case 'result': target.result = value; return;
        case 'ingress': target.ingress = value; return;
        case 'transmission': target.transmission = value; return;
        case 'expired': target.expired = value; return;
        default: target[key] = value;
    }
}
