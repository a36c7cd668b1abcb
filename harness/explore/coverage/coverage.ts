/**
 * What the schedules of a campaign have covered, read off each schedule when it is over: integers in tables, no text and no look at the
 * canisters, so that it is always on. Two measures: pairs of segments that met within one another's awaits, which is what an await race is
 * made of; and fingerprints of partial orders, which tell how many schedules were really different.
 */
import { programText } from '../../scenario/program.ts';
import type { BoundProgram } from '../../scenario/program.ts';
import { isExecution } from '../../trace/types.ts';
import type { Decision } from '../walk.ts';
import type { CorpusKeeper } from './corpus.ts';
import { foldCoverage } from './data.ts';
import type { CoverageData } from './data.ts';
import { fingerprint, hashText } from './fingerprint.ts';
import type { Segments } from './segments.ts';
import { DistinctSketch } from './sketch.ts';

/** A pair of segments is one number; there are never so many segments. */
const SEGMENTS = 2 ** 20;

export class Coverage {
    /** Index of the last schedule that had a new pair; -1 before there is one. */
    lastGrew = -1;
    readonly #segments: Segments;
    readonly #corpus: CorpusKeeper | undefined;
    readonly #canisters: number;
    /** By segment that executed: whether a call stood behind it. */
    readonly #seen = new Map<number, boolean>();
    readonly #orders = new DistinctSketch();
    /** By pair: the first schedule that had it. */
    readonly #pairs = new Map<number, number>();
    #program: BoundProgram | undefined;
    #programHash = 0;
    /** By key of a call's first message: number of its last step, and the segment that it stands behind. */
    readonly #last: number[] = [];
    readonly #behind: number[] = [];
    /** Calls that stand at an await, with the canister of each. */
    readonly #open: number[] = [];
    readonly #openAt: number[] = [];

    /** `segments`: of the thread, which knows them from earlier chunks too. `corpus`: keeps schedules that bring something new. */
    constructor(segments: Segments, corpus?: CorpusKeeper) {
        this.#segments = segments;
        this.#corpus = corpus;
        this.#canisters = segments.canisters;
    }

    /** Pairs so far. */
    get pairs(): number {
        return this.#pairs.size;
    }

    /** To be told of each decision before it is carried out. */
    before(program: BoundProgram, { message }: Decision): void {
        this.#segments.note(program, message);
    }

    /** Reads the schedule that has just ended. Cost: its steps times open calls. */
    ended(index: number, program: BoundProgram, trail: readonly Decision[]): void {
        if (program !== this.#program) this.#load(program);
        const before = this.#pairs.size;
        this.#owners(trail);
        this.#orders.add(fingerprint(this.#programHash, this.#canisters, trail, this.#segments));
        for (let step = 0; step < trail.length; step++) {
            const { act, message } = trail[step]!;
            if (act !== 'execute') this.#corpus?.struck(index, act, this.#segments.hashOf(message.key));
            // The management canister has no segments, and some faults run nothing.
            if (!isExecution(act) || message.canister < 0) continue;
            const segment = this.#segments.segmentOf(message.key);
            const owner = this.#segments.ownerOf(message.key);
            this.#meet(segment, owner, message.canister, index);
            this.#stand(segment, owner, message.canister, this.#last[owner]! > step);
        }
        this.#open.length = 0;
        this.#openAt.length = 0;
        this.#corpus?.ended(index, trail, key => this.#segments.pathOf(key));
        if (this.#pairs.size > before) this.lastGrew = index;
    }

    /** Everything covered so far, as plain data. */
    data(): CoverageData {
        const segments = [...this.#seen].map(([segment, awaits]) => {
            return { name: this.#segments.nameOf(segment), canister: this.#segments.roleOf(segment), awaits };
        });
        const pairs = [...this.#pairs].map(([pair, first]) => ({
            ran: this.#segments.nameOf(Math.floor(pair / SEGMENTS)),
            within: this.#segments.nameOf(pair % SEGMENTS),
            first
        }));
        // Joining it with nothing sorts it.
        return foldCoverage([{ segments, pairs, orders: this.#orders.values() }]);
    }

    #load(program: BoundProgram): void {
        this.#program = program;
        this.#programHash = hashText(programText(program));
    }

    /** Notes the last step of each call. */
    #owners(trail: readonly Decision[]): void {
        for (let step = 0; step < trail.length; step++) {
            const { act, message } = trail[step]!;
            if (!isExecution(act)) continue;
            const owner = this.#segments.ownerOf(message.key);
            while (this.#last.length <= owner) {
                this.#last.push(0);
                this.#behind.push(0);
            }
            this.#last[owner] = step;
        }
    }

    /** A segment ran while other calls of its canister stood at an await. */
    #meet(segment: number, owner: number, canister: number, index: number): void {
        for (let at = 0; at < this.#open.length; at++) {
            const other = this.#open[at]!;
            if (this.#openAt[at] !== canister || other === owner) continue;
            const pair = segment * SEGMENTS + this.#behind[other]!;
            if (!this.#pairs.has(pair)) this.#pairs.set(pair, index);
            if (this.#corpus !== undefined) this.#keep(this.#corpus, index, segment, this.#behind[other]!);
        }
    }

    #keep(corpus: CorpusKeeper, index: number, ran: number, within: number): void {
        corpus.met(index, this.#segments.nameHashOf(ran), this.#segments.nameHashOf(within));
    }

    /** The call stands behind the segment now, or is over. */
    #stand(segment: number, owner: number, canister: number, goesOn: boolean): void {
        const at = this.#open.indexOf(owner);
        if (!goesOn && !this.#seen.has(segment)) this.#seen.set(segment, false);
        if (goesOn) {
            this.#behind[owner] = segment;
            this.#seen.set(segment, true);
            if (at >= 0) return;
            this.#open.push(owner);
            this.#openAt.push(canister);
        } else if (at >= 0) {
            this.#open[at] = this.#open.at(-1)!;
            this.#openAt[at] = this.#openAt.at(-1)!;
            this.#open.pop();
            this.#openAt.pop();
        }
    }
}
