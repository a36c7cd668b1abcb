/** The added functions in the order of `HELPERS`, and their encoding. */
import { END } from '../binary/assembler.ts';
import { flatten, u32 } from '../binary/encode.ts';
import type { ByteWriter } from '../binary/writer.ts';
import { applyData, bound, charge, copy, fill, init, markRange } from './barrier.ts';
import { begin, callTable, grow, heapBytes, limitReached, spend, stepsLeft } from './control.ts';
import type { AddedFunction, Helper, RewritePlan } from './plan.ts';
import { HELPERS } from './plan.ts';
import { reload, spill } from './state.ts';

const MAKERS: Readonly<Record<Helper, (plan: RewritePlan) => AddedFunction>> = {
    markRange,
    bound,
    charge,
    fill,
    copy,
    grow,
    begin,
    spend,
    stepsLeft,
    limitReached,
    spill,
    reload,
    applyData,
    callTable,
    heapBytes
};

/**
 * All added functions. Call it after every body was rewritten: only then is it known which segments are initialised
 * from.
 */
export function addedFunctions(plan: RewritePlan): AddedFunction[] {
    const fixed = HELPERS.map(name => MAKERS[name](plan));
    return [...fixed, ...[...plan.initSegments.keys()].map(segment => init(plan, segment))];
}

/** Appends a function body with its size. */
export function writeFunction({ locals, body }: AddedFunction, target: ByteWriter): void {
    const code = flatten([u32(locals.length), locals.map(type => [1, type]), body, END]);
    target.u32(code.length);
    target.all(code);
}
