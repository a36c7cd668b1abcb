/** A worker that dies costs the scenario whose schedule it ran, and nothing else. */
import { afterAll, expect, it } from '@jest/globals';
import { PUBLIC_API, runCli, temporaryProject } from './run-cli.ts';
import { counterWat, wasmOf } from './wat-project.ts';

/** A process of its own, three workers one after the other: seconds on a machine that has nothing else to do. */
const PATIENCE_MS = 120_000;

/** Two bumps; `when` is what the invariant does in schedules in which bob's is answered first. */
function scenarioText(id: string, when: string): string {
    return `scenario('${id}', {
        about: 'two bumps',
        canisters: { counter: 'counter' },
        calls: [call('alice', 'counter', 'bump'), call('bob', 'counter', 'bump')],
        required: { overlap: false },
        invariants: [invariant('in-order', 'quiescent', ({ calls: [alice, bob] }) => {
            if (bob.answeredAt < alice.answeredAt) ${when}
            return undefined;
        })]
    })`;
}

const SCENARIOS = `import { call, invariant, scenario } from '${PUBLIC_API}';
const all = [];
export const full = ${scenarioText('a-full', '{ for (;;) all.push(new Array(100_000).fill(all)); }')};
export const gone = ${scenarioText('b-gone', 'process.reallyExit(7);')};
export const fine = ${scenarioText('c-fine', '{}')};
`;

const { directory, remove } = temporaryProject({
    'dfx.json': JSON.stringify({
        canisters: { counter: { type: 'custom', wasm: 'counter.wasm', candid: 'counter.did' } }
    }),
    'counter.wasm': wasmOf(counterWat('(call $add (i64.const 1)) (call $done)')),
    'counter.did': 'service : { bump : () -> (); get : () -> (nat64) query }',
    'invariants/counter.invariant.ts': SCENARIOS
});
afterAll(remove);

it('out of memory, or ended from inside: it is told with its schedule and replaced, and the others pass', async () => {
    // With this seed the first seven schedules of a-full answer alice first.
    const args = ['fuzz', '--strategy', 'random', '--schedules', '50', '--seed', '7', '--workers', '1', '--json'];
    const { code, stdout } = await runCli(args, { cwd: directory, env: { NODE_OPTIONS: '--max-old-space-size=80' } });
    const { results } = JSON.parse(stdout) as { readonly results: readonly Readonly<Record<string, unknown>>[] };
    const died = (how: string): unknown => {
        const message = `The worker that explored this scenario died in schedule ${how}`;
        return { code: 'INTERNAL_WORKER_DIED', message: expect.stringMatching(message) };
    };
    expect(results).toMatchObject([
        { scenario: 'a-full', verdict: 'error', error: died('7: .*out of memory') },
        { scenario: 'b-gone', verdict: 'error', error: died('\\d+: worker exited with code: 7') },
        { scenario: 'c-fine', verdict: 'passed', stats: { schedules: 50 } }
    ]);
    expect(code).toBe(4);
}, PATIENCE_MS);
