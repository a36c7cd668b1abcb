/**
 * Execution contexts: which System API functions may be called from where (IC interface specification, "Overview of
 * imports").
 */

/** One bit a context, named by the letters that the specification uses. */
export const MODES = {
    /** (start) */
    s: 1,
    /** canister_init and canister_post_upgrade */
    I: 1 << 1,
    /** canister_pre_upgrade */
    G: 1 << 2,
    /** update method */
    U: 1 << 3,
    /** query method, replicated */
    RQ: 1 << 4,
    /** query method, not replicated */
    NRQ: 1 << 5,
    /** reply callback */
    Ry: 1 << 6,
    /** reject callback */
    Rt: 1 << 7,
    /** cleanup callback */
    C: 1 << 8,
    /** canister_inspect_message */
    F: 1 << 9,
    /** system task: global timer, heartbeat, low-memory hook */
    T: 1 << 10,
    /** transform query of an HTTP outcall */
    TQ: 1 << 11,
    /** composite query method */
    CQ: 1 << 12,
    /** reply callback of a composite query */
    CRy: 1 << 13,
    /** reject callback of a composite query */
    CRt: 1 << 14,
    /** cleanup callback of a composite query */
    CC: 1 << 15
} as const;

type ModeName = keyof typeof MODES;

const NAMES: Readonly<Record<ModeName, string>> = {
    s: 'start',
    I: 'init',
    G: 'pre upgrade',
    U: 'update',
    RQ: 'replicated query',
    NRQ: 'non replicated query',
    Ry: 'reply callback',
    Rt: 'reject callback',
    C: 'cleanup',
    F: 'inspect message',
    T: 'system task',
    // Production runs a transform as a query that nobody signed.
    TQ: 'non replicated query',
    CQ: 'composite query',
    CRy: 'composite reply callback',
    CRt: 'composite reject callback',
    CC: 'composite cleanup'
};

/** Contexts as the specification writes them (`U RQ Ry`; `*` is all but start) as a bit set. */
export function contexts(list: string): number {
    let bits = 0;
    for (const letter of list.split(' ')) {
        if (letter === '*') {
            bits |= ~MODES.s;
        } else if (letter in MODES) {
            bits |= MODES[letter as ModeName];
        } else {
            throw new TypeError(`no execution context is called ${letter}`);
        }
    }
    return bits;
}

/** The name that error texts use. */
export function modeName(mode: number): string {
    for (const [letter, bit] of Object.entries(MODES)) {
        if (bit === mode) {
            return NAMES[letter as ModeName];
        }
    }
    throw new TypeError(`${mode} is no execution context`);
}

/** Composite queries and their callbacks: calls that they make are queries too. */
export const COMPOSITE = MODES.CQ | MODES.CRy | MODES.CRt | MODES.CC;
/** Everything but queries and inspect_message runs replicated. */
export const REPLICATED = ~(MODES.NRQ | MODES.F | MODES.TQ | COMPOSITE);
