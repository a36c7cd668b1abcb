/**
 * Generated programs, declared: how many calls, of which methods with which arguments, by whom, and how much they overlap. Built on
 * fast-check, so that arguments shrink; calls are removed by the explorer's own shrinking.
 */
import { array, bigInt, constant, constantFrom, integer, noBias, noShrink, oneof, record, tuple } from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { assigned } from './assign.ts';
import { InvalidProgramsError } from './errors.ts';
import { callerLocation } from './location.ts';
import { programsProblems } from './generate-problems.ts';
import type { CallSpec, CandidValue } from './types.ts';

/** Values for the parameters of a method, one arbitrary each; or one for all of them, which may give a function of the addresses. */
export type ArgumentDraws = readonly Arbitrary<CandidValue>[] | Arbitrary<CallSpec['args']>;

/** How calls of a method are drawn, where arguments alone do not say it. */
export interface MethodDraw {
    readonly args: ArgumentDraws;
    /** How often, against the other methods of the program. Default 1. */
    readonly weight?: number;
    /** Who may call it. Default: every actor. */
    readonly actors?: readonly string[];
}

/**
 * How the calls of one actor follow each other. `at-once`: nothing waits. `after-reply`: each waits for the actor's previous one.
 * `mixed`: a coin for each call. `one-call`: no actor has a second one.
 */
export type Sessions = 'at-once' | 'after-reply' | 'mixed' | 'one-call';

/** What `programs` draws from. */
export interface ProgramsSpec {
    readonly actors: readonly string[];
    /** Number of root calls: exactly so many, or from least to most. */
    readonly calls: number | readonly [least: number, most: number];
    /** By canister and method: `{ vault: { withdraw: [bigInt(1n, 100n)], deposit: { args: [...], weight: 2 } } }`. */
    readonly methods: Readonly<Record<string, Readonly<Record<string, ArgumentDraws | MethodDraw>>>>;
    /** Default `at-once`. */
    readonly sessions?: Sessions;
    /** Calls that may be open at once: further ones wait for an earlier call of their actor. Default: all. */
    readonly overlap?: number;
    /**
     * Swarm testing (Groce, Zhang, Eide, Chen & Regehr 2012): each program draws the methods and actors that it has at all, every choice
     * that leaves one as likely as the others, and whether its sessions wait. What a method hides from another shows where it is missing.
     * Differs from the paper: a choice is made for every program, not for a batch of them. Default false.
     */
    readonly swarm?: boolean;
}

interface Drawable {
    readonly weight: number;
    readonly call: Arbitrary<CallSpec>;
}

interface Features {
    readonly methods: readonly Drawable[];
    readonly actors: readonly string[];
    readonly sessions: Sessions;
}

/**
 * Programs of a specification, as an arbitrary for `calls`. Throws InvalidProgramsError that names file, line and everything that
 * is wrong; canisters are checked by `scenario`, methods and argument types when they meet the Candid interfaces.
 */
export function programs(spec: ProgramsSpec): Arbitrary<readonly CallSpec[]> {
    const problems = programsProblems(spec);
    if (problems.length > 0) throw new InvalidProgramsError(callerLocation(programs), problems);
    const features = featuresOf(spec);
    const { sessions } = features;
    const [least, most] = typeof spec.calls === 'number' ? [spec.calls, spec.calls] : spec.calls;
    const overlap = spec.overlap ?? Infinity;
    const program = (drawn: Features): Arbitrary<readonly CallSpec[]> => {
        const one = record({
            // Which methods a program is made of does not shrink: a call that is not needed is removed.
            spec: oneof(...drawn.methods.map(({ weight, call }) => ({ weight, arbitrary: call }))),
            actor: noBias(integer({ min: 0, max: ACTOR_DRAWS - 1 })),
            waits: constantFrom(...waitsOf(drawn.sessions))
        });
        const sized = array(one, { minLength: least, maxLength: most, size: 'max' });
        const choice = { actors: drawn.actors, everybody: spec.actors, ownCalls: sessions === 'one-call', overlap };
        return sized.map(calls => assigned(calls, { ...choice, restricted: restrictedOf(spec) }));
    };
    const result = spec.swarm === true ? noShrink(swarm(features)).chain(program) : program(features);
    mentioned.set(result, methodsOf(spec));
    return result;
}

/** A method that generated programs may call. */
export interface MentionedMethod {
    readonly canister: string;
    readonly method: string;
}

const mentioned = new WeakMap<object, readonly MentionedMethod[]>();

/** Every method that an arbitrary made by `programs` may call; none for others, and for what was mapped from one. */
export function mentionedMethods(arbitrary: object): readonly MentionedMethod[] {
    return mentioned.get(arbitrary) ?? [];
}

function methodsOf(spec: ProgramsSpec): MentionedMethod[] {
    return Object.entries(spec.methods).flatMap(([canister, methods]) =>
        Object.keys(methods).map(method => ({ canister, method }))
    );
}

/** Divisible by any small number of actors, so that none is preferred. */
const ACTOR_DRAWS = 27_720;
const NOBODY = '';

function featuresOf(spec: ProgramsSpec): Features {
    const methods = Object.entries(spec.methods).flatMap(([canister, each]) =>
        Object.entries(each).map(([method, draw]) => {
            const { args, weight = 1 } = isDraw(draw) ? draw : { args: draw };
            const values: Arbitrary<CallSpec['args']> = isList(args)
                ? args.length === 0
                    ? constant([])
                    : tuple(...args)
                : args;
            const call = values.map((drawn): CallSpec => ({ actor: NOBODY, canister, method, args: drawn }));
            return { weight, call };
        })
    );
    return { methods, actors: spec.actors, sessions: spec.sessions ?? 'at-once' };
}

/** `Array.isArray` does not narrow what is readonly. */
function isList(args: ArgumentDraws): args is readonly Arbitrary<CandidValue>[] {
    return Array.isArray(args);
}

/** Not a list, and not an arbitrary, which has `generate`. */
function isDraw(draw: ArgumentDraws | MethodDraw): draw is MethodDraw {
    return !Array.isArray(draw) && 'args' in draw;
}

function waitsOf(sessions: Sessions): readonly boolean[] {
    if (sessions === 'mixed') return [false, true];
    return [sessions === 'after-reply'];
}

function swarm({ methods, actors, sessions }: Features): Arbitrary<Features> {
    // A mixed session may be of one kind in a whole program, where a race needs that nobody waits.
    const kinds: readonly Sessions[] = sessions === 'mixed' ? ['mixed', 'at-once', 'after-reply'] : [sessions];
    // Who has one call only must not run out of actors.
    const some = sessions === 'one-call' ? constant(actors) : subset(actors);
    return noBias(record({ methods: subset(methods), actors: some, sessions: constantFrom(...kinds) }));
}

/** Any subset but the empty one, each as likely. */
function subset<T>(all: readonly T[]): Arbitrary<readonly T[]> {
    const most = (1n << BigInt(all.length)) - 1n;
    return noBias(bigInt(1n, most)).map(mask => {
        return all.filter((_each, index) => ((mask >> BigInt(index)) & 1n) === 1n);
    });
}

/** By canister and method: who may call it, where not everybody may. */
function restrictedOf(spec: ProgramsSpec): ReadonlyMap<string, readonly string[]> {
    const restricted = new Map<string, readonly string[]>();
    for (const [canister, methods] of Object.entries(spec.methods)) {
        for (const [method, draw] of Object.entries(methods)) {
            if (isDraw(draw) && draw.actors !== undefined) restricted.set(`${canister}.${method}`, draw.actors);
        }
    }
    return restricted;
}
