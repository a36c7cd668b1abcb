/** Who makes the calls of a generated program, and which of them wait for an earlier one. */
import type { CallSpec } from './types.ts';

/** A call without its actor, and the draws that decide on it. */
export interface DrawnCall {
    readonly spec: CallSpec;
    readonly actor: number;
    readonly waits: boolean;
}

/** What a program is made of. */
export interface Choice {
    /** Who acts in this program, unless a method is for others only. */
    readonly actors: readonly string[];
    readonly everybody: readonly string[];
    /** Whether every call has an actor of its own. */
    readonly ownCalls: boolean;
    readonly overlap: number;
    /** By canister and method: who may call it, where not everybody may. */
    readonly restricted: ReadonlyMap<string, readonly string[]>;
}

/**
 * Gives each call its actor and its place in a session. Calls that wait for one another form chains, of which at most `overlap` are
 * begun: then a further call waits for its actor's previous one, and one by a newcomer goes to somebody who has a call already.
 */
export function assigned(drawn: readonly DrawnCall[], choice: Choice): readonly CallSpec[] {
    const acted = new Set<string>();
    let chains = 0;
    return drawn.map(({ spec, actor: number, waits }, index) => {
        let actor = actorOf(spec, number, index, choice);
        if (!acted.has(actor) && chains >= choice.overlap) actor = someoneOf(acted, spec, number, choice) ?? actor;
        const follows = acted.has(actor) && (waits || chains >= choice.overlap);
        acted.add(actor);
        if (!follows) chains++;
        return { ...spec, actor, ...(follows ? { order: 'after-reply' as const } : {}) };
    });
}

function actorOf(spec: CallSpec, number: number, index: number, choice: Choice): string {
    if (choice.ownCalls) return choice.everybody[index]!;
    const allowed = choice.restricted.get(`${spec.canister}.${spec.method}`);
    const able = allowed === undefined ? choice.actors : choice.actors.filter(each => allowed.includes(each));
    const from = able.length > 0 ? able : (allowed ?? choice.actors);
    return from[number % from.length]!;
}

/** Somebody who acted already and may make this call. */
function someoneOf(acted: ReadonlySet<string>, spec: CallSpec, number: number, choice: Choice): string | undefined {
    const allowed = choice.restricted.get(`${spec.canister}.${spec.method}`);
    const able = [...acted].filter(each => allowed === undefined || allowed.includes(each));
    return able[number % Math.max(able.length, 1)];
}
