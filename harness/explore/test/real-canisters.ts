/** The example canisters on the embedded replica, compiled through the shared cache: for tests of exploration on the real thing. */
import { fileURLToPath } from 'node:url';
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { deployEmbedded } from '../../backend/embedded.ts';
import { canisterIdOf } from '../../backend/identities.ts';
import type { RememberableBackend } from '../../backend/port.ts';
import { buildProject, candidInterface, loadProject, parseCandidArgs } from '../../build/index.ts';
import { Binding, encodeInit, outcallHandler } from '../../scenario/index.ts';
import type { Scenario } from '../../scenario/types.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface Real {
    readonly binding: Binding;
    readonly backend: RememberableBackend;
}

/** Deploys the canisters of a scenario in one language and binds it. */
export async function realBinding(scenario: Scenario, language: 'motoko' | 'azle'): Promise<Real> {
    const uses = Object.entries(scenario.canisters).map(([role, use]) => {
        return { role, name: `${typeof use === 'string' ? use : use.canister}_${language}` };
    });
    const built = await buildProject(loadProject(ROOT), {
        canisters: uses.map(({ name }) => name),
        canisterIds: canisterIdOf
    });
    const interfaces = Object.fromEntries(
        await Promise.all(
            uses.map(async ({ role, name }) => {
                return [role, await candidInterface(built.get(name)!.candid)] as const;
            })
        )
    );
    const outcalls = outcallHandler(scenario);
    const backend = deployEmbedded(
        uses.map(({ role, name }) => {
            const { wasm, candid, initArg } = built.get(name)!;
            const types = interfaces[role]!.init;
            return {
                role,
                name,
                wasm,
                candid,
                initArg: book =>
                    encodeInit(scenario, role, types, {
                        canister: each => Principal.fromText(book.principalOf(each)),
                        actor: each => Principal.fromText(book.actorPrincipal(each))
                    }) ?? IDL.encode([...types], initArg === undefined ? [] : [...parseCandidArgs(initArg, types)])
            };
        }),
        { seed: 1, ...(outcalls === undefined ? {} : { outcalls }) }
    );
    return { binding: new Binding(scenario, interfaces, backend), backend };
}
