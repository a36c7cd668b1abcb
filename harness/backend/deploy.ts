/** Creates and installs the canisters of a scenario through the management canister, as a deployment tool would. */
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { NotSettledError } from '../replica/index.ts';
import type { Message, Replica } from '../replica/index.ts';
import { DeploymentError, UnsettledDeploymentError } from './errors.ts';
import { actorPrincipal, canisterIdOf } from './identities.ts';
import type { AddressBook, Deployment } from './port.ts';

/** Name of the identity that installs and controls the canisters. */
export const DEPLOYER = 'deployer';
const MANAGEMENT = new Uint8Array(0);
const SETTLE_MESSAGES_MAX = 100_000;

// Only the fields used; the replica's own types are supersets (Candid record subtyping).
const CREATE = IDL.Record({ specified_id: IDL.Opt(IDL.Principal) });
const INSTALL = IDL.Record({
    mode: IDL.Variant({ install: IDL.Null }),
    canister_id: IDL.Principal,
    wasm_module: IDL.Vec(IDL.Nat8),
    arg: IDL.Vec(IDL.Nat8)
});

/** Ids of the roles: that of the dfx canister; a further role played by the same one gets an id of its own. */
export function idsOf(deployments: readonly Pick<Deployment, 'name' | 'role'>[]): readonly Principal[] {
    const taken = new Set<string>();
    return deployments.map(({ name, role }) => {
        const id = canisterIdOf(taken.has(name) ? `${name} as ${role}` : name);
        taken.add(name);
        return Principal.fromText(id);
    });
}

/**
 * Creates all canisters, then installs them in order, each to its end; then everything that the installations set going runs in
 * production order (an Azle canister seeds its randomness through a timer, a self-call and `raw_rand`), so that none of it
 * is part of a schedule. Throws DeploymentError, UnsettledDeploymentError.
 */
export function deployAll(replica: Replica, deployments: readonly Deployment[], book: AddressBook): void {
    const ids = idsOf(deployments);
    const sender = actorPrincipal(DEPLOYER).toUint8Array();
    deployments.forEach((deployment, index) => {
        const arg = IDL.encode([CREATE], [{ specified_id: [ids[index]!] }]);
        const method = 'provisional_create_canister_with_cycles';
        run(replica, deployment, 'creation', { sender, canisterId: MANAGEMENT, method, arg });
    });
    deployments.forEach((deployment, index) => {
        const arg = IDL.encode([INSTALL], [{
            mode: { install: null },
            canister_id: ids[index]!,
            wasm_module: deployment.wasm,
            arg: deployment.initArg(book)
        }]);
        run(replica, deployment, 'installation', { sender, canisterId: MANAGEMENT, method: 'install_code', arg });
        settle(replica);
    });
}

type Ingress = Parameters<Replica['submit']>[0];

function run(replica: Replica, { role, name }: Deployment, what: string, call: Ingress): void {
    const message: Message = replica.submit({ ...call, label: `${what} ${role}` });
    replica.execute(message);
    const result = replica.result(message);
    if (result?.kind === 'reply') return;
    const reject = result ?? { code: 6, message: 'no answer came' } as const;
    throw new DeploymentError(role, name, what, reject);
}

function settle(replica: Replica): void {
    try {
        replica.settle(SETTLE_MESSAGES_MAX);
    } catch (cause) {
        if (cause instanceof NotSettledError) throw new UnsettledDeploymentError(SETTLE_MESSAGES_MAX, cause);
        throw cause;
    }
}
