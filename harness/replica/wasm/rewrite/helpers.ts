/** The added functions in the order of `HELPERS`, and their encoding. */
import { END } from '../binary/assembler.ts';
import { flatten, u32 } from '../binary/encode.ts';
import type { ByteWriter } from '../binary/writer.ts';
import { applyData, bound, charge, copy, fill, init, markRange } from './barrier.ts';
import { begin, callTable, grow, heapBytes, limitReached, spend, stepsLeft } from './control.ts';
import type { AddedFunction, CommonHelper, RewritePlan } from './plan.ts';
import { COMMON } from './plan.ts';
import { reload, spill } from './state.ts';

const MAKERS: Readonly<Record<CommonHelper, (plan: RewritePlan) => AddedFunction>> = {
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
    callTable,
    heapBytes
};

/** The added functions that do not depend on data. */
export function commonFunctions(plan: RewritePlan): AddedFunction[] {
    return COMMON.map(name => MAKERS[name](plan));
}

/** The others. Call it after every body was rewritten: only then is it known which segments are initialised from. */
export function dataFunctions(plan: RewritePlan): AddedFunction[] {
    return [applyData(plan), ...[...plan.initSegments.keys()].map(segment => init(plan, segment))];
}

/** Appends a function body with its size. */
export function writeFunction({ locals, body }: AddedFunction, target: ByteWriter): void {
    const code = flatten([u32(locals.length), locals.map(type => [1, type]), body, END]);
    target.u32(code.length);
    target.all(code);
}
