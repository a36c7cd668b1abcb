/** What a build says while it runs. Nothing here prints: whoever asked for the build shows it. */

export type BuildEvent =
    | { readonly kind: 'queued'; readonly canister: string }
    | { readonly kind: 'compiling'; readonly canister: string }
    /** Compiled in `ms`; custom canisters are only read. */
    | { readonly kind: 'done'; readonly canister: string; readonly ms: number }
    /** Nothing to do: the same input was compiled before, in `ms`. */
    | { readonly kind: 'cached'; readonly canister: string; readonly ms: number }
    | { readonly kind: 'failed'; readonly canister: string; readonly ms: number; readonly error: unknown }
    /** A damaged entry of the cache was removed; what it held is made again. */
    | { readonly kind: 'damaged'; readonly file: string };
