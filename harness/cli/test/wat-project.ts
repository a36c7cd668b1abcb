/** dfx projects with one hand-written custom canister, for canisters that no compiler would make. */
import wabtFactory from 'wabt';
import { PUBLIC_API, temporaryProject } from './run-cli.ts';

const wabt = await wabtFactory();

/** Compiles WAT text. Throws with wabt's message. */
export function wasmOf(text: string): Uint8Array {
    const module = wabt.parseWat('canister.wat', text, { mutable_globals: true, reference_types: true });
    try {
        return new Uint8Array(module.toBinary({}).buffer);
    } finally {
        module.destroy();
    }
}

/**
 * A counter at address 23, behind the 8 bytes that announce one Candid nat64. `bump` is the body of the update method `bump`,
 * `more` adds imports and functions.
 */
export function counterWat(bump: string, more: { readonly imports?: string; readonly rest?: string } = {}): string {
    return `(module
        (import "ic0" "msg_reply" (func $reply))
        (import "ic0" "msg_reply_data_append" (func $append (param i32 i32)))
        (import "ic0" "debug_print" (func $print (param i32 i32)))
        ${more.imports ?? ''}
        (memory 1)
        (data (i32.const 0) "DIDL\\00\\00")
        (data (i32.const 15) "DIDL\\00\\01\\78")
        (data (i32.const 100) "hello")
        (func $add (param i64) (i64.store (i32.const 22) (i64.add (i64.load (i32.const 22)) (local.get 0))))
        (func $done (call $append (i32.const 0) (i32.const 6)) (call $reply))
        (func $bump ${bump})
        (func $get (call $append (i32.const 15) (i32.const 15)) (call $reply))
        ${more.rest ?? ''}
        (export "canister_update bump" (func $bump))
        (export "canister_query get" (func $get)))`;
}

const CANDID = 'service : { bump : () -> (); get : () -> (nat64) query }';

/** Two actors bump once each; the count must stay below \`limit\`, and every call must be answered with a reply. */
const scenarioOf = (name: string): string => `import { call, invariant, query, scenario } from '${PUBLIC_API}';
export default scenario('${name}', {
    about: 'two bumps',
    canisters: { counter: '${name}' },
    calls: [call('alice', 'counter', 'bump'), call('bob', 'counter', 'bump')],
    observe: { count: query('counter', 'get') },
    required: { overlap: false },
    invariants: [
        invariant('at-most-one', 'always', ({ observed: { count } }) => count <= 1n ? undefined : 'counted ' + count),
        invariant('replied', 'quiescent', ({ calls }) => {
            const rejected = calls.find(({ answer }) => answer?.kind === 'reject');
            return rejected === undefined ? undefined : rejected.label + ': ' + rejected.answer.message;
        })
    ]
});
`;

/** A project with the custom canister \`counter\` and the scenario \`counter\`, in a directory outside the repository. */
export function counterProject(wasm: Uint8Array): { readonly directory: string; readonly remove: () => void } {
    return countersProject({ counter: wasm });
}

/** The same with several canisters, each with a scenario of its name. */
export function countersProject(
    modules: Readonly<Record<string, Uint8Array>>
): { readonly directory: string; readonly remove: () => void } {
    const names = Object.keys(modules);
    const declared = names.map(name => [name, { type: 'custom', wasm: `${name}.wasm`, candid: 'counter.did' }]);
    return temporaryProject({
        'dfx.json': JSON.stringify({ canisters: Object.fromEntries(declared) }),
        'counter.did': CANDID,
        ...Object.fromEntries(names.map(name => [`${name}.wasm`, modules[name]!])),
        ...Object.fromEntries(names.map(name => [`invariants/${name}.invariant.ts`, scenarioOf(name)]))
    });
}
