/** Random canisters that call each other, small enough that all their schedules can be run. Legal by construction. */

/** Cells of each canister: numbers below 64 that methods read and write. */
export const CELLS = 3;
/** Methods of each canister; one calls only those with a lower number, so that every program ends. */
export const METHODS = 3;

/** One thing that a segment does. `k` is added wherever a number comes out, so that hardly any two do the same. */
export type Statement =
    | { readonly do: 'set'; readonly cell: number; readonly k: number }
    /** Three times the cell, and k: later ones weigh less, so that the order of two of them shows. */
    | { readonly do: 'mix'; readonly cell: number; readonly k: number }
    | { readonly do: 'copy'; readonly cell: number; readonly from: number; readonly k: number }
    /** What cell 0 was before the call that a callback belongs to: stale by then. */
    | { readonly do: 'stale'; readonly cell: number; readonly k: number }
    /** The number that came with the answer: cell 0 of the callee, or the reject code. */
    | { readonly do: 'got'; readonly cell: number; readonly k: number }
    | { readonly do: 'trap-if-odd'; readonly cell: number }
    | { readonly do: 'timer'; readonly ns: number };

/** How the call ends here, or what it waits for. `none`: somebody else answers. */
export type Ending =
    | { readonly end: 'reply' | 'reject' | 'trap' | 'none' }
    | { readonly end: 'call'; readonly call: Call; readonly reply: Body; readonly reject: Body }
    /** Replies at once, and does not wait for what it called. */
    | { readonly end: 'reply-and-call'; readonly call: Call; readonly reply: Body; readonly reject: Body }
    /** Two requests in one segment, of which the second answers. */
    | {
          readonly end: 'two-calls';
          readonly first: Call;
          readonly noted: Body;
          readonly call: Call;
          readonly reply: Body;
          readonly reject: Body;
      };

/** A request. */
export interface Call {
    readonly canister: number;
    readonly method: number;
    /** Best-effort response: it may expire. */
    readonly bounded: boolean;
    /** What cleanup does when a callback traps; undefined: there is none. */
    readonly cleanup?: readonly Statement[] | undefined;
}

export interface Body {
    readonly statements: readonly Statement[];
    readonly ending: Ending;
}

/**
 * A canister; what it does when its timer goes off or its heart beats, where it has either; which cell has to be even for it to accept
 * what users call, where it inspects that.
 */
export interface Actor {
    readonly methods: readonly Body[];
    readonly timer?: readonly Statement[] | undefined;
    readonly heartbeat?: readonly Statement[] | undefined;
    readonly inspected?: number | undefined;
}

/** One root call. */
export interface Root {
    readonly actor: string;
    readonly canister: number;
    readonly method: number;
    readonly waits: boolean;
}

/** Names of the faults and of the invariants that a program is run with: see `world.ts`. */
export interface Input {
    readonly actors: readonly Actor[];
    readonly roots: readonly Root[];
    readonly faults: readonly string[];
    readonly invariants: readonly string[];
    /** What invariants look for. */
    readonly seed: number;
}
