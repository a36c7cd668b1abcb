/** What random programs are made of. */

/** Public methods of every program, with the kind that each has. */
export const METHODS = ['a', 'b', 'q', 'c'] as const;
export const METHOD_KINDS = { a: 'update', b: 'update', q: 'query', c: 'composite_query' } as const;
export const SYSTEM_ENTRIES = [
    'init', 'pre_upgrade', 'post_upgrade', 'inspect_message', 'heartbeat', 'global_timer', 'on_low_wasm_memory'
] as const;
/** Entries of the table that may be called; after them come a function of another type and a missing one. */
export const CALLBACKS = 3;

/** One thing that a function does. Numbers are taken modulo the width of what they are given to. */
export type Operation =
    | { readonly do: 'system'; readonly name: string; readonly args: readonly bigint[] }
    | {
          readonly do: 'request';
          readonly callee: number;
          readonly method: number;
          readonly reply: number;
          readonly reject: number;
          readonly cleanup: number | undefined;
          readonly cycles: bigint | undefined;
          readonly timeout: number | undefined;
      }
    | { readonly do: 'reply'; readonly at: bigint; readonly size: number }
    | { readonly do: 'store'; readonly at: bigint; readonly value: bigint }
    | { readonly do: 'fill' | 'copy' | 'init'; readonly at: bigint; readonly from: bigint; readonly size: bigint }
    | { readonly do: 'grow'; readonly pages: number }
    | { readonly do: 'trap' | 'drop' | 'recurse' }
    | { readonly do: 'if' | 'loop'; readonly times: number; readonly body: readonly Operation[] };

export interface Program {
    readonly width: 32 | 64;
    /** Keeps its heap through upgrades, as Motoko's enhanced orthogonal persistence does. */
    readonly persistent: boolean;
    readonly entries: Readonly<Record<string, readonly Operation[] | null>>;
    readonly methods: readonly (readonly Operation[])[];
    readonly callbacks: readonly (readonly Operation[])[];
}

/** What happens to the subnet. */
export type Act =
    | {
          readonly do: 'submit' | 'query' | 'accept';
          readonly canister: number;
          readonly method: number;
          readonly arg: Uint8Array;
      }
    | { readonly do: 'execute'; readonly pick: number }
    | { readonly do: 'reject' | 'expire'; readonly pick: number; readonly code: number }
    | { readonly do: 'advance'; readonly ns: bigint }
    | {
          readonly do:
              | 'upgrade' | 'reinstall' | 'stop_canister' | 'start_canister' | 'uninstall_code' | 'canister_status';
          readonly canister: number;
      }
    | { readonly do: 'settle' | 'round' | 'undo' };
