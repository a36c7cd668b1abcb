/**
 * From a failing schedule to a small one: fewer calls, smaller arguments, fewer faults, fewer context switches, fewer steps,
 * expected answers to HTTP outcalls, in this order of importance. A candidate counts only if the same invariant breaks, and for a
 * part of the same cause: a schedule that breaks it in another way is another failure. The result is 1-minimal in calls and faults
 * as far as the search can tell: no single call, and no fault, can go without the race going too.
 */
import { keepCalls } from '../../scenario/program.ts';
import type { BoundProgram } from '../../scenario/program.ts';
import { OUTCOMES } from '../../scenario/validate.ts';
import { isTrap } from '../../trace/types.ts';
import type { Failure } from '../failure.ts';
import type { ProgramSource } from '../programs.ts';
import { faultsOf } from '../switches.ts';
import type { Decision, Walk } from '../walk.ts';
import { ArgumentShrinker } from './arguments.ts';
import { withFirstAnswers } from './first-answers.ts';
import { LiteralShrinker, mayShrinkLiterals } from './literals.ts';
import { Meaning } from './meaning.ts';
import { relabelled } from './relabel.ts';
import { Search, sizeOf } from './search.ts';
import type { SearchOptions } from './search.ts';
import { straightened } from './straighten.ts';

export interface ShrinkOptions extends SearchOptions {
    readonly source: ProgramSource;
    /** The draw that the program came from. */
    readonly programIndex: number;
}

export interface Shrunk {
    readonly failure: Failure;
    /** False when the budget ran out or the user stopped: the result fails, but may not be minimal. */
    readonly complete: boolean;
}

/** Shrinks a failure. Deterministic unless `shouldStop` says stop; at most `schedulesMax` schedules. */
export function shrink(walk: Walk, failure: Failure, options: ShrinkOptions): Shrunk {
    const search = new Search(walk, failure, options);
    const args = new ArgumentShrinker(walk.binding, options.source, options.programIndex);
    // Outcomes are stated for the whole program: a part of it has others.
    const fixed = failure.invariant === OUTCOMES;
    const meaning = new Meaning(search, failure);
    const { scenario } = walk.binding;
    const isLiteral = !options.source.generated && mayShrinkLiterals(scenario, failure.invariant);
    const literals = isLiteral ? new LiteralShrinker(walk.binding, meaning) : undefined;
    let best = failure;
    for (;;) {
        const size = [best.program.calls.length, faultsOf(best.decisions)];
        if (!fixed) {
            best = args.shrink(search, fewerCalls(search, best, meaning));
            best = literals?.shrink(search, best) ?? best;
        }
        best = fewerFaults(search, best);
        search.size = sizeOf(best);
        // A fault less may make a call superfluous; what cannot shrink any more ends it.
        if (best.program.calls.length === size[0] && faultsOf(best.decisions) === size[1]) break;
    }
    best = withFirstAnswers(search, straightened(search, best));
    return { failure: relabelled(walk, best), complete: !search.exhausted };
}

/** Chunks by following the same schedule first, because that costs one schedule; then each single call by searching anew. */
function fewerCalls(search: Search, failure: Failure, meaning: Meaning): Failure {
    let best = failure;
    for (let size = best.program.calls.length >> 1; size >= 1; size >>= 1) {
        for (let start = best.program.calls.length - size; start >= 0; start -= size) {
            const program = without(best.program, start, size);
            const found = search.follow(program, decisionsOf(program, best.decisions));
            if (found === undefined || !meaning.isKept(found)) continue;
            best = found;
            search.size = sizeOf(best);
        }
    }
    for (let index = best.program.calls.length - 1; index >= 0; index--) {
        const program = without(best.program, index, 1);
        const found =
            search.follow(program, decisionsOf(program, best.decisions)) ??
            search.find(program, faultsOf(best.decisions));
        if (found === undefined || !meaning.isKept(found)) continue;
        best = found;
        search.size = sizeOf(best);
        // One call less: those that were needed before may not be any more.
        index = best.program.calls.length;
    }
    return best;
}

function fewerFaults(search: Search, failure: Failure): Failure {
    let best = failure;
    for (let faults = faultsOf(best.decisions); faults > 0; faults = faultsOf(best.decisions)) {
        const found = withoutOneFault(search, best) ?? search.find(best.program, faults - 1);
        if (found === undefined) break;
        best = found;
    }
    return best;
}

function withoutOneFault(search: Search, { program, decisions }: Failure): Failure | undefined {
    for (const fault of decisions.filter(each => each.act !== 'execute')) {
        const found = search.follow(program, healed(decisions, fault));
        if (found !== undefined) return found;
    }
    return undefined;
}

/** The message of a trap, or of a full queue, is executed as it is; all other faults are left out, and heartbeats. */
function healed(decisions: readonly Decision[], fault: Decision): readonly Decision[] {
    const { act, message } = fault;
    const isMessage = (isTrap(act) || act === 'full-queue' || act === 'uninspected') && message.kind !== 'heartbeat';
    if (!isMessage) return decisions.filter(each => each !== fault);
    return decisions.map(each => (each === fault ? { act: 'execute', message, code: 1 } : each));
}

function without(program: BoundProgram, start: number, size: number): BoundProgram {
    return keepCalls(program, index => index < start || index >= start + size);
}

/** The decisions that concern the calls of a program; those of timers without a root stay. */
function decisionsOf(program: BoundProgram, decisions: readonly Decision[]): readonly Decision[] {
    return decisions.filter(({ message }) => message.root < 0 || (program.callOfRoot[message.root] ?? -1) >= 0);
}
