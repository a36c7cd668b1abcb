/** A scenario meets the canisters: names are resolved, arguments are encoded, everything that does not fit is an error by name. */
import type { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import {
    ArgumentMismatchError,
    InvalidScenarioError,
    ScenarioFunctionError,
    UnknownMethodError,
    UnknownRoleError
} from './errors.ts';
import { BoundMethod, ValueMismatch, shown } from './method.ts';
import { MANAGEMENT, MANAGEMENT_METHODS } from './management.ts';
import { linkProgram } from './program.ts';
import type { BoundCall, BoundProgram } from './program.ts';
import type { Addresses, CallSpec, CandidValue, FaultSpec, Scenario } from './types.ts';
import { programProblems } from './validate.ts';

/** The Candid interface of a role; `candidInterface` of the build gives more. */
export interface RoleInterface {
    readonly service: IDL.ServiceClass;
}

/** Where roles and actors live; every backend answers this. */
export interface AddressBook {
    readonly canisters: readonly string[];
    principalOf(role: string): string;
    actorPrincipal(actor: string): string;
}

export interface BoundObservation {
    readonly name: string;
    readonly role: string;
    /** Index of the role in the deployment. */
    readonly canister: number;
    readonly bound: BoundMethod;
    readonly arg: Uint8Array;
}

export interface BoundFault {
    readonly spec: FaultSpec;
    /** Index of the role called or struck, -1 for the management canister; undefined for any. */
    readonly canister: number | undefined;
    readonly method: string | undefined;
    readonly max: number;
}

/** A scenario bound to one deployment. Holds no state of a schedule; the memory of decoded values is invisible. */
export class Binding {
    readonly scenario: Scenario;
    readonly addresses: Addresses;
    readonly book: AddressBook;
    readonly observations: readonly BoundObservation[];
    readonly faults: readonly BoundFault[];
    readonly #methods: ReadonlyMap<string, ReadonlyMap<string, BoundMethod>>;
    readonly #roots = new Map<string, number>();

    constructor(scenario: Scenario, interfaces: Readonly<Record<string, RoleInterface>>, book: AddressBook) {
        this.scenario = scenario;
        this.book = book;
        this.addresses = addressesOf(book);
        this.#methods = new Map(
            Object.keys(scenario.canisters).map(role => {
                const found = interfaces[role];
                if (found === undefined)
                    throw new UnknownRoleError(scenario, 'the deployment', role, Object.keys(interfaces));
                return [
                    role,
                    new Map(found.service._fields.map(([name, type]) => [name, new BoundMethod(role, name, type)]))
                ];
            })
        );
        this.observations = Object.entries(scenario.observe ?? {}).map(([name, spec]) => this.#observation(name, spec));
        this.faults = (scenario.faults ?? []).map((spec, index) => this.#fault(spec, index));
    }

    /** The method of a role, or undefined where the interface has none. */
    findMethod(role: string, method: string): BoundMethod | undefined {
        return role === MANAGEMENT ? MANAGEMENT_METHODS.get(method) : this.#methods.get(role)?.get(method);
    }

    /**
     * Encodes the arguments and links the calls of a program. Throws an error that names scenario, file, line, call, signature and value.
     * `labels` overrides the causal names (`alice#1`: the n-th call of an actor), for programs of which calls were removed.
     */
    program(specs: readonly CallSpec[], labels?: readonly string[]): BoundProgram {
        const problems = programProblems(specs);
        if (problems.length > 0 && specs.length > 0) throw new InvalidScenarioError(this.scenario, problems);
        const counts = new Map<string, number>();
        return linkProgram(
            specs.map((spec, index) => {
                const count = (counts.get(spec.actor) ?? 0) + 1;
                counts.set(spec.actor, count);
                return this.call(spec, labels?.[index] ?? `${spec.actor}#${count}`);
            })
        );
    }

    /** Throws UnknownRoleError, UnknownMethodError where generated programs could not make this call. */
    requireMethod(role: string, method: string): void {
        this.#method('a generated program', role, method);
    }

    /** Names of the methods of a role, sorted. */
    methodNames(role: string): readonly string[] {
        return [...(this.#methods.get(role)?.keys() ?? [])];
    }

    /** One call with its arguments encoded, under a causal name. Throws like `program`. */
    call(spec: CallSpec, label: string): BoundCall {
        const user = `the call ${label}`;
        const bound = this.#method(user, spec.canister, spec.method);
        const args = this.#values(user, spec.args);
        const arg = this.#encode(user, bound, args);
        let root = this.#roots.get(label);
        if (root === undefined) {
            root = this.#roots.size;
            this.#roots.set(label, root);
        }
        return {
            actor: spec.actor,
            label,
            canister: spec.canister,
            method: spec.method,
            arg,
            bound,
            args,
            argText: bound.argumentsText(arg),
            order: spec.order ?? 'at-once',
            root,
            principal: this.book.actorPrincipal(spec.actor)
        };
    }

    #observation(name: string, spec: { canister: string; method: string; args?: CallSpec['args'] }): BoundObservation {
        const user = `the observe query "${name}"`;
        const bound = this.#method(user, spec.canister, spec.method);
        if (!bound.isQuery) {
            const what = `${spec.canister}.${spec.method} : ${bound.signature}`;
            throw new InvalidScenarioError(this.scenario, [`\`observe.${name}\`: ${what} is not a query method`]);
        }
        const arg = this.#encode(user, bound, this.#values(user, spec.args ?? []));
        return { name, role: spec.canister, canister: this.#index(spec.canister), bound, arg };
    }

    #fault(spec: FaultSpec, index: number): BoundFault {
        const user = `fault ${index + 1}`;
        const { method } = spec;
        const callee = spec.callee ?? spec.canister;
        if (callee === MANAGEMENT) return { spec, canister: -1, method, max: spec.max ?? 1 };
        if (method !== undefined) {
            const roles = callee === undefined ? Object.keys(this.scenario.canisters) : [callee];
            if (!roles.some(role => this.findMethod(role, method) !== undefined)) this.#method(user, roles[0]!, method);
        }
        return { spec, canister: callee === undefined ? undefined : this.#index(callee), method, max: spec.max ?? 1 };
    }

    #index(role: string): number {
        const index = this.book.canisters.indexOf(role);
        if (index < 0) throw new UnknownRoleError(this.scenario, 'the scenario', role, this.book.canisters);
        return index;
    }

    #method(user: string, role: string, method: string): BoundMethod {
        const methods = this.#methods.get(role);
        if (methods === undefined) throw new UnknownRoleError(this.scenario, user, role, [...this.#methods.keys()]);
        const found = methods.get(method);
        if (found === undefined) throw new UnknownMethodError(this.scenario, user, role, method, [...methods.keys()]);
        return found;
    }

    #values(user: string, args: CallSpec['args']): readonly CandidValue[] {
        if (typeof args !== 'function') return args;
        let values: unknown;
        try {
            values = args(this.addresses);
        } catch (cause) {
            throw new ScenarioFunctionError(
                this.scenario,
                `the arguments of ${user}`,
                `could not be computed: ${String(cause)}`,
                cause
            );
        }
        if (!Array.isArray(values)) {
            throw new ScenarioFunctionError(
                this.scenario,
                `the arguments of ${user}`,
                `are ${shown(values)}, not a list`
            );
        }
        return values;
    }

    #encode(user: string, bound: BoundMethod, values: readonly CandidValue[]): Uint8Array {
        try {
            return bound.encode(values);
        } catch (cause) {
            const call = { user, role: bound.role, method: bound.name, signature: bound.signature };
            const problem = cause instanceof ValueMismatch ? cause.message : `(${values.map(shown).join(', ')})`;
            throw new ArgumentMismatchError(this.scenario, call, problem, cause);
        }
    }
}

function addressesOf(book: AddressBook): Addresses {
    const parsed = new Map<string, Principal>();
    const principal = (text: string): Principal => {
        let found = parsed.get(text);
        if (found === undefined) parsed.set(text, (found = Principal.fromText(text)));
        return found;
    };
    return {
        canister: role => principal(book.principalOf(role)),
        actor: name => principal(book.actorPrincipal(name))
    };
}
