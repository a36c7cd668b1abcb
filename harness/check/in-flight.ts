/** Requests and responses under way, as invariants see them. Nothing is decoded before it is read. */
import { ScenarioFunctionError } from '../scenario/errors.ts';
import type { Binding } from '../scenario/bind.ts';
import type { Answer, CandidValue, InFlightRecord } from '../scenario/types.ts';
import type { MessageDescription } from '../trace/types.ts';
import type { ObservedSystem } from './system.ts';

/** Records of everything under way, in creation order; `callOf` maps a root number to the index of the call. */
export function inFlightRecords(
    binding: Binding,
    system: ObservedSystem,
    callOf: (root: number) => number
): readonly InFlightRecord[] {
    const records: InFlightRecord[] = [];
    for (const message of system.inFlight()) {
        // An ingress message is not between canisters, and a timer carries nothing.
        if (message.kind === 'ingress' || message.kind === 'timer') continue;
        records.push(new LazyRecord(binding, system.describe(message), callOf(message.root)));
    }
    return records;
}

class LazyRecord implements InFlightRecord {
    readonly kind: 'request' | 'response';
    readonly caller: string;
    readonly callee: string;
    readonly method: string;
    readonly root: number;
    readonly #binding: Binding;
    readonly #about: MessageDescription;

    constructor(binding: Binding, about: MessageDescription, root: number) {
        // An HTTP outcall is a request until it is answered: whoever made it knows nothing more.
        this.kind = about.kind === 'response' ? 'response' : 'request';
        this.caller = this.kind === 'response' ? about.canister : about.sender;
        this.callee = this.kind === 'response' ? (about.callee ?? '') : about.canister;
        this.method = about.method;
        this.root = root;
        this.#binding = binding;
        this.#about = about;
    }

    get args(): readonly CandidValue[] {
        const bytes = this.#about.kind === 'request' ? this.#about.data : this.#about.argument;
        if (bytes === undefined)
            throw new TypeError(`the backend does not tell the argument of the call that ${this.#about.path} answers`);
        return this.#decoded('the arguments', () => this.#method().decodeArguments(bytes));
    }

    get answer(): Answer | undefined {
        const about = this.#about;
        if (this.kind === 'request') return undefined;
        if (about.reject !== undefined)
            return { kind: 'reject', code: about.reject.code, message: about.reject.message };
        return { kind: 'reply', value: this.#decoded('the reply', () => this.#method().decodeReply(about.data)) };
    }

    #method() {
        const found = this.#binding.findMethod(this.callee, this.method);
        if (found === undefined) throw new TypeError('its Candid type is not known');
        return found;
    }

    #decoded<T>(what: string, decode: () => T): T {
        try {
            return decode();
        } catch (cause) {
            const name = `${what} of ${this.callee}.${this.method} in flight`;
            throw new ScenarioFunctionError(this.#binding.scenario, name, `cannot be decoded: ${String(cause)}`, cause);
        }
    }
}
