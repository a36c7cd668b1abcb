/** Programs ready to run: arguments are encoded once a program, never once a schedule. */
import type { RootCall } from '../trace/types.ts';
import type { BoundMethod } from './method.ts';
import type { CallRecord, CandidValue } from './types.ts';

export interface BoundCall extends RootCall {
    readonly method: string;
    readonly bound: BoundMethod;
    readonly args: readonly CandidValue[];
    readonly argText: string;
    readonly order: 'at-once' | 'after-reply';
    /** Principal text of the actor. */
    readonly principal: string;
    /**
     * What the backend calls its root index: one number per label for as long as a binding lives, because messages are interned by
     * causal path and their `root` must not change between programs.
     */
    readonly root: number;
}

export interface BoundProgram {
    readonly calls: readonly BoundCall[];
    /** Index of the call in `calls` by root number; -1 where the root is not part of this program. */
    readonly callOfRoot: readonly number[];
    /** Per call the index of the call of the same actor that must be answered first, or -1. */
    readonly after: readonly number[];
    /** Per call those that wait for its answer. */
    readonly followers: readonly (readonly number[])[];
    /** Whether two of the calls may be open at once. */
    readonly mayOverlap: boolean;
    /** Records of the calls before anything happened; shared by all schedules. */
    readonly waiting: readonly CallRecord[];
    readonly running: readonly CallRecord[];
}

/** Links the calls of a program. Pure; quadratic in the number of calls. */
export function linkProgram(calls: readonly BoundCall[]): BoundProgram {
    const after = calls.map((call, index) => {
        if (call.order === 'at-once') return -1;
        return calls.findLastIndex((earlier, at) => at < index && earlier.actor === call.actor);
    });
    const followers = calls.map((_call, index) => after.flatMap((waitsFor, at) => (waitsFor === index ? [at] : [])));
    const callOfRoot: number[] = [];
    calls.forEach((call, index) => {
        while (callOfRoot.length <= call.root) callOfRoot.push(-1);
        callOfRoot[call.root] = index;
    });
    const records = (state: 'waiting' | 'running'): readonly CallRecord[] => {
        const all = calls.map((call, index) =>
            Object.freeze({
                index,
                label: call.label,
                actor: call.actor,
                principal: call.principal,
                canister: call.canister,
                method: call.method,
                args: call.args,
                state
            })
        );
        return Object.freeze(all);
    };
    return {
        calls,
        callOfRoot,
        after,
        followers,
        mayOverlap: mayOverlap(after),
        waiting: records('waiting'),
        running: records('running')
    };
}

/** Two calls never overlap only if one waits, directly or through others, for the other's answer. */
function mayOverlap(after: readonly number[]): boolean {
    const waitsFor = (later: number, earlier: number): boolean => {
        for (let at = after[later] ?? -1; at >= 0; at = after[at] ?? -1) if (at === earlier) return true;
        return false;
    };
    return after.some((_each, later) => after.some((_other, earlier) => earlier < later && !waitsFor(later, earlier)));
}

/** The program without some of its calls; labels and roots stay, so that causal paths keep their meaning. */
export function keepCalls(program: BoundProgram, keep: (index: number) => boolean): BoundProgram {
    return linkProgram(program.calls.filter((_call, index) => keep(index)));
}

/** A program as text, one call a line: equal programs under equal labels have equal text. */
export function programText(program: BoundProgram): string {
    return program.calls.map(call => `${call.label} ${callText(call)}`).join('\n');
}

/** The same without labels: of programs that only differ in how their calls are numbered. */
export function unlabelledText(program: BoundProgram): string {
    return program.calls.map(callText).join('\n');
}

function callText({ actor, canister, method, argText, order }: BoundCall): string {
    return `${actor} ${canister}.${method}(${argText}) ${order}`;
}
