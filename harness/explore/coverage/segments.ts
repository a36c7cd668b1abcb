/**
 * Which segment of which call a message executes. Known per message for as long as the backend lives, because messages are interned by
 * causal path; only the method called may differ: of a root call from program to program, of a request from schedule to schedule.
 */
import type { ControlledBackend } from '../../backend/port.ts';
import type { BoundProgram } from '../../scenario/program.ts';
import type { MessageDescription, PendingMessage } from '../../trace/types.ts';
import { hashText } from './fingerprint.ts';

/** What is asked of the backend. */
export interface Described extends Pick<ControlledBackend, 'canisters' | 'describe'> {
    readonly faults: Pick<ControlledBackend['faults'], 'callOf'>;
}

// Told apart within one call: so many awaits, and so many calls made in one message. What comes later counts as one: loops have no end.
const AWAITS_MAX = 3;
const CALLS_MAX = 8;
const NONE = -1;
const UNKNOWN = -2;

/** A call that waits executes again when one of its own calls is answered: `alice#1/0/r`, `alice#1/0/r/0/r`. */
const CONTINUED = /(?:\/\d+\/r)+$/;

export class Segments {
    /** Number of canisters. */
    readonly canisters: number;
    readonly #system: Described;
    readonly #names: string[] = [];
    readonly #roles: string[] = [];
    readonly #nameHashes: number[] = [];
    readonly #numbers = new Map<string, number>();
    /** By message key: the first message of the call that it belongs to, and a hash of its causal path. */
    readonly #owners: number[] = [];
    readonly #hashes: number[] = [];
    readonly #paths: string[] = [];
    readonly #keys = new Map<string, number>();
    /** By message key: its segment, and what that followed from. */
    readonly #segments: number[] = [];
    readonly #reasons: number[] = [];
    readonly #others = new Map<string, number>();
    #program: BoundProgram | undefined;
    /** By root number, in the program under way. */
    readonly #methodOfRoot: number[] = [];
    readonly #methods = new Map<string, number>();

    constructor(system: Described) {
        this.#system = system;
        this.canisters = system.canisters.length;
    }

    /** To be called before a message executes: later nobody can describe it. */
    note(program: BoundProgram, message: PendingMessage): void {
        if (program !== this.#program) this.#load(program);
        const { key } = message;
        if (key >= this.#owners.length || this.#owners[key] === NONE) this.#learn(message);
        const reason = this.#reasonOf(message);
        if (this.#reasons[key] === reason) return;
        const name = `${key} ${reason}`;
        let segment = this.#others.get(name);
        if (segment === undefined) this.#others.set(name, (segment = this.#numbered(message)));
        this.#segments[key] = segment;
        this.#reasons[key] = reason;
    }

    /** Key of the message that began the call to which this one belongs: its own, unless it is a response. */
    ownerOf(key: number): number {
        return this.#owners[key]!;
    }

    /** A number of 32 bits that stands for the causal path, the same in every process. */
    hashOf(key: number): number {
        return this.#hashes[key]!;
    }

    /** Number of the segment that a message ran. */
    segmentOf(key: number): number {
        return this.#segments[key]!;
    }

    nameOf(segment: number): string {
        return this.#names[segment]!;
    }

    /** A number of 32 bits that stands for the name, the same in every process. */
    nameHashOf(segment: number): number {
        return this.#nameHashes[segment]!;
    }

    /** Causal path of a message that was noted. */
    pathOf(key: number): string {
        return this.#paths[key]!;
    }

    /** Role of the canister that runs it. */
    roleOf(segment: number): string {
        return this.#roles[segment]!;
    }

    #load(program: BoundProgram): void {
        this.#program = program;
        for (const { root, method } of program.calls) this.#methodOfRoot[root] = this.#methodNumber(method);
    }

    /** What the segment of a message follows from, besides the message: the method called, or the segment that goes on. */
    #reasonOf(message: PendingMessage): number {
        const { key, kind, root } = message;
        if (kind === 'request') return this.#methodNumber(this.#system.faults.callOf(message)?.method ?? '');
        if (kind === 'response' && this.#owners[key] !== key) return this.#segments[this.#owners[key]!]!;
        return root < 0 ? NONE : (this.#methodOfRoot[root] ?? NONE);
    }

    #methodNumber(method: string): number {
        let number = this.#methods.get(method);
        if (number === undefined) this.#methods.set(method, (number = this.#methods.size));
        return number;
    }

    #learn(message: PendingMessage): void {
        const { key, canister } = message;
        const { path } = this.#system.describe(message);
        this.#keys.set(`${path} ${canister}`, key);
        while (this.#owners.length <= key) {
            this.#owners.push(NONE);
            this.#hashes.push(0);
            this.#paths.push('');
            this.#segments.push(NONE);
            this.#reasons.push(UNKNOWN);
        }
        const begun = message.kind === 'response' ? path.replace(CONTINUED, '') : path;
        // Calls that the deployment left open began before anything that is known here: each response stands for itself.
        const owner = begun === path ? key : (this.#keys.get(`${begun} ${canister}`) ?? key);
        this.#paths[key] = path;
        this.#hashes[key] = hashText(`${path} ${canister}`);
        this.#owners[key] = owner;
    }

    #numbered(message: PendingMessage): number {
        const about = this.#system.describe(message);
        const name = this.#nameOf(message, about);
        let number = this.#numbers.get(name);
        if (number === undefined) {
            this.#numbers.set(name, (number = this.#names.length));
            this.#names.push(name);
            this.#roles.push(about.canister);
            this.#nameHashes.push(hashText(name));
        }
        return number;
    }

    #nameOf(message: PendingMessage, { kind, canister, method, path }: MessageDescription): string {
        if (kind === 'ingress' || kind === 'request') return `${canister}.${method}`;
        if (kind === 'control') return `${canister} ${method}`;
        if (kind !== 'response') return `${canister} ${kind}`;
        const owner = this.#owners[message.key]!;
        const begun = owner === message.key ? undefined : this.#names[this.#segments[owner]!];
        const awaits = CONTINUED.exec(path)?.[0].match(/\d+/g) ?? [];
        const shown = awaits.slice(0, AWAITS_MAX).map(each => (Number(each) < CALLS_MAX ? each : `${CALLS_MAX}+`));
        if (awaits.length > AWAITS_MAX) shown.push('...');
        return [begun ?? `${canister} deployment`, ...shown].join('/');
    }
}
