/** Toy scenarios: the rows of the catalogue on toy actors. */
import { IDL } from '@dfinity/candid';
import { call, invariant, model, query } from '../../index.ts';
import type { CallSpec, Invariant, Model, ScenarioSpec, View } from '../../index.ts';
import { scenario } from '../../index.ts';
import { Binding } from '../../scenario/bind.ts';
import type { RoleInterface } from '../../scenario/bind.ts';
import type { Scenario } from '../../scenario/types.ts';
import { ToyBackend } from './toy-backend.ts';
import type { ToyActor } from './toy-types.ts';
import { toyLedger, toyVault } from './toy-canisters.ts';

const VAULT_AND_LEDGER: Readonly<Record<string, ToyActor>> = { vault: toyVault, ledger: toyLedger };

function interfacesOf(actors: Readonly<Record<string, ToyActor>>): Record<string, RoleInterface> {
    return Object.fromEntries(
        Object.entries(actors).map(([role, { methods }]) => {
            const fields = Object.fromEntries(Object.entries(methods).map(([name, { type }]) => [name, type]));
            return [role, { service: IDL.Service(fields) as unknown as RoleInterface['service'] }];
        })
    );
}

export function toyBinding(declared: Scenario, actors = VAULT_AND_LEDGER): { binding: Binding; backend: ToyBackend } {
    const backend = new ToyBackend(actors);
    return { binding: new Binding(declared, interfacesOf(actors), backend), backend };
}

export interface Deposits {
    readonly deposited: bigint;
}

const deposits: Model<Deposits> = model({ deposited: 0n }, (state: Deposits, { method, args }, answer) => {
    return method === 'deposit' && answer.kind === 'reply'
        ? { deposited: state.deposited + (args[0] as bigint) }
        : state;
});

export const overdraw: Invariant<Deposits> = invariant(
    'overdraw',
    'always',
    ({ observed, model: { deposited } }: View<Deposits>) => {
        if (observed['balance'] < 0n) return `the balance is ${observed['balance']}`;
        return observed['paid'] > 100n + deposited ? `${observed['paid']} paid of ${100n + deposited}` : undefined;
    }
);

export const conservation: Invariant<Deposits> = invariant('conservation', 'quiescent', (view: View<Deposits>) => {
    const { balance, paid } = view.observed as { balance: bigint; paid: bigint };
    const sum = balance + paid;
    return sum === 100n + view.model.deposited
        ? undefined
        : `${balance} + ${paid} = ${sum}, not ${100n + view.model.deposited}`;
});

/** What every vault scenario shares; `rest` says the calls and overrides the others. */
export function vaultScenario(id: string, rest: Partial<ScenarioSpec> & Pick<ScenarioSpec, 'calls'>): Scenario {
    return scenario(id, {
        about: 'a toy vault',
        canisters: { vault: 'vault', ledger: 'ledger' },
        observe: { balance: query('vault', 'get_balance'), paid: query('ledger', 'paid') },
        model: deposits,
        invariants: [overdraw, conservation],
        ...rest
    });
}

export function withdraw(variant: string, actor: string, amount: bigint): CallSpec {
    return call(actor, 'vault', `withdraw_${variant}`, [amount]);
}

export function deposit(actor: string, amount: bigint): CallSpec {
    return call(actor, 'vault', 'deposit', [amount]);
}
