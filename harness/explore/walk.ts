/**
 * One schedule after another on one backend: offers what may happen next to a strategy, executes what it picks, judges the
 * result. This is the hot loop: no names are rendered and no strings are built here, unless an invariant breaks.
 */
import type { ControlledBackend, Mark } from '../backend/port.ts';
import { MessageProperties } from '../check/index.ts';
import type { Binding } from '../scenario/bind.ts';
import type { BoundProgram } from '../scenario/program.ts';
import { isExecution } from '../trace/types.ts';
import type { Act, PendingMessage, RejectCode } from '../trace/types.ts';
import { Checks } from './checks.ts';
import { StuckScheduleError } from './errors.ts';
import { Executions } from './executions.ts';
import { carryOut, faultChoices, orRest, REST, targetText } from './faults.ts';
import type { Frame } from './frame.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { WalkLimits } from './limits.ts';
import { interrupts, isBetweenCalls, lastRoot, withoutSwitch } from './switches.ts';
import type { ScheduleEnd } from './schedule-end.ts';
import { truncate } from './truncate.ts';
import { Situation } from './reduction/situation.ts';
import { Prefixes } from './prefixes.ts';
import type { WalkListener } from './listener.ts';
import type { Random } from './random.ts';
import { BLOCKED, EXHAUSTED, STOP } from './strategy/strategy.ts';
import type { ChoicePoint, FaultChoice, Standing, Strategy } from './strategy/strategy.ts';

/** One decision taken. `code` belongs to a reject, `spec` to a fault: the index of the one declared. */
export interface Decision {
    readonly act: Act;
    readonly message: PendingMessage;
    readonly code: RejectCode;
    readonly spec?: number;
    /** Of a fault: what it hits, `ledger.transfer`. */
    readonly target?: string;
}

export class Walk implements ChoicePoint {
    readonly binding: Binding;
    readonly backend: ControlledBackend;
    readonly checks: Checks;
    /** Decisions of this schedule so far. */
    readonly trail: Decision[] = [];
    /** Per decision, how many context switches there were up to and with it: see `isSwitch`. */
    readonly switches: number[] = [];
    /** Whether two root calls were open at once in this schedule. */
    overlapped = false;
    /** The legal schedules that the last one stands for; undefined where it stands for itself. */
    standing: Standing | undefined;
    /** Messages executed and steps metered by all schedules so far. */
    messages = 0;
    steps = 0;
    faultsInjected = 0;
    listener: WalkListener = {};
    /** At most so many faults in one schedule, whatever is declared; shrinking lowers it. */
    faultsMax = Infinity;
    /** Schedules end where `steps` reaches this: the budget of a campaign. */
    stepsMax = Infinity;
    /** The step that cost most so far, in metered steps: what to look at when a budget is spent. */
    dearest: { readonly message?: PendingMessage; readonly steps: number } = { steps: 0 };
    /** What the backend says is held against the rules of the platform, on every schedule that anything runs. */
    readonly properties: MessageProperties;
    readonly #limits: WalkLimits;
    /** Where the backend itself knows equal states, nothing needs to be numbered here. */
    readonly #prefixes: Prefixes | undefined;
    #situation: Situation | undefined;
    readonly #root: Mark;
    readonly #rootTimer: bigint | undefined;
    readonly #executions = new Executions();
    #program: BoundProgram | undefined;
    /** Where every schedule of the program begins: what is called at once is submitted. */
    #begun: Pick<Frame, 'mark' | 'checks'> | undefined;
    #frames: (Frame | undefined)[] = [];
    #faultsUsed: number[] = [];
    #open = 0;
    #advances = 0;
    #rests = 0;
    #enabled: readonly PendingMessage[] = [];
    #faultChoices: readonly FaultChoice[] | undefined;

    /** Takes its root mark here: every schedule begins in the backend's present state. */
    constructor(binding: Binding, backend: ControlledBackend, limits: WalkLimits = DEFAULT_LIMITS) {
        this.binding = binding;
        this.backend = backend;
        this.#prefixes = backend.stateId === undefined ? new Prefixes(backend) : undefined;
        this.checks = new Checks(binding, {
            canisters: backend.canisters,
            query: (role, method, arg) => backend.query(role, method, arg),
            inFlight: () => backend.inFlight(),
            describe: message => backend.describe(message),
            stateVersion: canister => this.#prefixes?.version(canister) ?? backend.stateVersion(canister),
            timeNs: () => backend.timeNs()
        });
        this.properties = new MessageProperties(backend, () => this.trail, backend.quiescent());
        this.#limits = limits;
        this.#root = backend.mark();
        this.#rootTimer = backend.nextTimerNs();
    }

    get enabled(): readonly PendingMessage[] {
        return this.#enabled;
    }

    faults(): readonly FaultChoice[] {
        return (this.#faultChoices ??= faultChoices(this.binding, this.backend, this.#faultsUsed, this.faultsMax));
    }

    /** Leaves out what would be one context switch too many; what goes on without one always stays. */
    #bound(): void {
        const { switchesMax } = this.#limits;
        if (switchesMax === undefined || (this.switches.at(-1) ?? 0) < switchesMax) return;
        [this.#enabled, this.#faultChoices] = withoutSwitch(this.#enabled, this.faults(), this.trail);
    }

    get knowsStates(): boolean {
        return this.backend.stateName !== undefined;
    }

    get stateId(): number | undefined {
        return this.backend.stateId?.();
    }

    get rests(): number {
        return this.#rests;
    }

    /** Equal names mean that the same may follow, judged the same; undefined where the backend does not know its state. */
    situation(): string | undefined {
        this.#situation ??= new Situation(this.binding, this.checks, this.backend);
        const bounded = this.isBounded ? ` ${this.switches.at(-1) ?? 0} ${lastRoot(this.trail)}` : '';
        return this.#situation.name(`${this.#faultsUsed.join()} ${this.#advances}${bounded}`);
    }

    /** Whether schedules with many context switches are left out. */
    get isBounded(): boolean {
        return this.#limits.switchesMax !== undefined;
    }

    nextInRound(): PendingMessage | undefined {
        return this.backend.nextInRound();
    }

    /** The program under way. */
    get program(): BoundProgram {
        if (this.#program === undefined) throw new Error('internal error: no program is loaded');
        return this.#program;
    }

    /** What was observed in earlier schedules is observed again: for whoever counts what executes. */
    forget(): void {
        this.#prefixes?.clear();
    }

    /** The program of the schedules to come. */
    load(program: BoundProgram): void {
        if (program !== this.#program) {
            this.#prefixes?.clear();
            this.#begun = undefined;
        }
        this.#program = program;
        this.#frames = [];
    }

    /** Runs the next schedule to its end, and stays there; undefined: there is none. Throws ScenarioError, StuckScheduleError. */
    run(strategy: Strategy, random: Random): ScheduleEnd | undefined {
        for (;;) {
            const end = this.#schedule(strategy, random);
            if (end !== undefined) this.checks.over();
            if (end !== 'blocked') return end;
        }
    }

    #schedule(strategy: Strategy, random: Random): ScheduleEnd | 'blocked' | undefined {
        this.standing = undefined;
        const depth = strategy.begin(random);
        if (depth === EXHAUSTED) return undefined;
        if (depth === 0) this.#toRoot();
        else this.#toFrame(depth);
        for (;;) {
            this.#enabled = this.backend.enabled();
            this.#faultChoices = undefined;
            if (this.#enabled.length === 0) {
                const end = this.#endHere();
                if (end !== undefined) return this.#ended(end, strategy);
                this.#rests++;
            }
            this.#bound();
            if (this.trail.length >= this.#limits.messagesMax) return 'cut';
            if (this.steps >= this.stepsMax) return 'spent';
            if (strategy.backtracks) this.#keepFrame(depth);
            const index = strategy.pick(this);
            if (index === STOP) return this.#ended(this.backend.quiescent() ? 'quiescent' : 'stopped', strategy);
            if (index === BLOCKED) return 'blocked';
            if (this.#choice(index)?.spec === REST) return this.#ended('quiescent', strategy);
            this.#step(this.#decision(index), strategy);
        }
    }

    #ended(end: 'quiescent' | 'open' | 'stopped', strategy: Strategy): ScheduleEnd | 'blocked' {
        if (end === 'quiescent') this.checks.ended(this.trail.length);
        const standing = strategy.ended?.();
        if (standing === BLOCKED) return 'blocked';
        this.standing = standing;
        this.overlapped ||= standing?.overlapped === true;
        return end;
    }

    /** Back to the state before every schedule. */
    reset(): void {
        this.#begun = undefined;
        this.backend.rollback(this.#root);
    }

    #toRoot(): void {
        this.backend.rollback(this.#begun?.mark ?? this.#root);
        truncate(0, this.#frames, this.trail, this.switches);
        this.#faultsUsed = this.binding.faults.map(() => 0);
        this.#open = 0;
        this.#advances = 0;
        this.#rests = 0;
        this.overlapped = false;
        this.#prefixes?.toRoot();
        this.properties.begin();
        if (this.#begun === undefined) this.#begin(this.program);
        else this.checks.restore(this.#begun.checks);
        this.listener.committed?.(undefined);
    }

    /** What schedules of this program begin with. */
    #begin(program: BoundProgram): void {
        this.checks.begin(program);
        program.calls.forEach((call, index) => {
            if (program.after[index]! < 0) this.backend.submit(call, call.root);
        });
        this.checks.committed(0);
        // A backend that remembers does so by itself.
        if (this.#prefixes !== undefined) this.#begun = { mark: this.backend.mark(), checks: this.checks.save() };
    }

    #keepFrame(resumed: number): void {
        const depth = this.trail.length;
        // The frame that this schedule began from is still valid.
        if (depth === resumed && this.#frames[depth] !== undefined) return;
        if (this.#enabled.length + this.faults().length < 2) return;
        truncate(depth, this.#frames);
        this.#frames[depth] = {
            mark: this.backend.mark(),
            checks: this.checks.save(),
            prefix: this.#prefixes?.save(),
            properties: this.properties.save(),
            faultsUsed: [...this.#faultsUsed],
            open: this.#open,
            overlapped: this.overlapped,
            advances: this.#advances,
            rests: this.#rests
        };
    }

    #toFrame(depth: number): void {
        const frame = this.#frames[depth];
        if (frame === undefined) throw new Error(`internal error: no mark at depth ${depth}`);
        this.backend.rollback(frame.mark);
        truncate(depth + 1, this.#frames);
        truncate(depth, this.trail, this.switches);
        this.checks.restore(frame.checks);
        if (frame.prefix !== undefined) this.#prefixes?.restore(frame.prefix);
        this.properties.restore(frame.properties);
        this.#faultsUsed = [...frame.faultsUsed];
        this.#open = frame.open;
        this.overlapped = frame.overlapped;
        this.#advances = frame.advances;
        this.#rests = frame.rests;
    }

    /**
     * Nothing is enabled: time advances to a timer that this schedule armed, or to any timer while something still waits; then late
     * responses arrive; else only faults may be left. How the schedule ends, if it does.
     */
    #endHere(): 'quiescent' | 'open' | undefined {
        const timer = this.backend.nextTimerNs();
        const quiescent = this.backend.quiescent();
        // A timer armed by the deployment would keep every schedule alive; one that nobody waits for is left alone.
        const matters = timer !== undefined && (!quiescent || timer !== this.#rootTimer);
        if (matters && this.#advances < this.#limits.timeAdvancesMax) {
            this.#advances++;
            this.#advanceTo(timer);
            this.#enabled = this.backend.enabled();
            if (this.#enabled.length > 0) return undefined;
        }
        if (this.backend.quiescent()) {
            // A heartbeat may run although nothing else does; then it may also not.
            const strikes = this.faults();
            if (strikes.length === 0) return 'quiescent';
            this.#faultChoices = orRest(strikes, this.backend);
            return undefined;
        }
        if (this.backend.faults.releaseLate()) {
            this.#enabled = this.backend.enabled();
            return undefined;
        }
        // What may happen at any time does not have to happen because nothing else does.
        const ending = this.faults().filter(each => !isBetweenCalls(each));
        if (ending.length > 0) {
            this.#faultChoices = ending;
            return undefined;
        }
        if (this.backend.faults.hasLost()) return 'open';
        if (this.faults().length > 0) return undefined;
        throw new StuckScheduleError(this.binding.scenario, this.trail.length, this.backend);
    }

    /** Time passes between steps. What that answers belongs to the step before. */
    #advanceTo(timeNs: bigint): void {
        const roots = this.backend.advanceTimeTo(timeNs);
        this.properties.timeMoved(roots);
        if (roots.length === 0) return;
        const number = this.trail.length;
        const answered = roots.map(root => this.#answer(root, number));
        this.checks.committed(number);
        this.listener.timePassed?.(roots);
        for (const call of answered) this.#follow(call);
    }

    /** The fault chosen, if it is one. */
    #choice(index: number): FaultChoice | undefined {
        return index < this.#enabled.length ? undefined : this.faults()[index - this.#enabled.length];
    }

    #decision(index: number): Decision {
        const message = this.#enabled[index];
        if (message === undefined) {
            const fault = this.#choice(index);
            if (fault === undefined) throw new Error(`internal error: choice ${index} does not exist`);
            this.#faultsUsed[fault.spec]!++;
            return { ...fault, target: targetText(fault.message, this.backend) };
        }
        return this.#executions.of(message);
    }

    #step(decision: Decision, strategy: Strategy): void {
        this.listener.before?.(decision);
        const { act, message } = decision;
        const before = this.trail.length === 0 ? 0 : this.switches[this.trail.length - 1]!;
        this.switches.push(interrupts(decision, this.trail, this.#enabled) ? before + 1 : before);
        this.trail.push(decision);
        const number = this.trail.length;
        this.#prefixes?.before(decision);
        this.properties.before(message);
        if (act !== 'execute') this.faultsInjected++;
        const outcome = carryOut(this.binding, this.backend, decision);
        if (message.kind === 'ingress' && isExecution(act)) {
            this.checks.ran(this.program.callOfRoot[message.root]!, number);
            this.overlapped ||= ++this.#open > 1;
        }
        this.properties.after(act, message, outcome);
        this.#prefixes?.after(decision);
        this.messages++;
        const { work = outcome.steps } = outcome;
        this.steps += work;
        if (work > this.dearest.steps) this.dearest = { message, steps: work };
        const own = outcome.answeredRoot ? this.#answer(message.root, number) : -1;
        const others = outcome.answeredOthers?.map(root => this.#answer(root, number));
        const held = this.#prefixes?.held === true && this.checks.mayTrust;
        this.checks.committed(number, held);
        this.listener.committed?.(outcome);
        if (this.backend.quiescent()) {
            this.properties.quiescent();
            this.checks.quiescent(number, held);
            this.listener.quiescent?.();
        }
        if (!held && this.checks.allHold) this.#prefixes?.noteHeld();
        let submits = own >= 0 && this.#follow(own);
        if (others !== undefined) for (const call of others) submits = this.#follow(call) || submits;
        strategy.executed?.(outcome, decision, submits);
    }

    /** Notes the answer to a root call; returns its index. */
    #answer(root: number, number: number): number {
        const call = this.program.callOfRoot[root] ?? -1;
        const result = this.backend.result(root);
        if (call < 0 || result === undefined)
            throw new Error(`internal error: root call ${root} was answered, but how is not known`);
        // One that was rejected before delivery was never open.
        if (this.checks.view.calls[call]!.state === 'running') this.#open--;
        this.checks.answered(call, result, number);
        return call;
    }

    /** Calls that waited for this answer are sent now; whether there were any. */
    #follow(answered: number): boolean {
        const followers = this.program.followers[answered]!;
        for (const next of followers) {
            const call = this.program.calls[next]!;
            this.backend.submit(call, call.root);
        }
        return followers.length > 0;
    }
}
