/** What the chunks of a campaign share in one thread. */
import type { ControlledBackend } from '../backend/port.ts';
import type { Binding } from '../scenario/bind.ts';
import { Segments } from './coverage/segments.ts';
import type { Settled } from './options.ts';
import type { Finished } from './reduction/finished.ts';
import { programSource } from './programs.ts';
import type { ProgramSource } from './programs.ts';
import { RunTwice } from './run-twice.ts';
import type { Twin } from './run-twice.ts';
import { Walk } from './walk.ts';

export interface Ground {
    readonly walk: Walk;
    readonly settled: Settled;
    readonly segments: Segments;
    /** Throws what binding a program throws. */
    readonly source: () => ProgramSource;
    /** Where schedules are run twice. */
    readonly twice?: RunTwice;
    /** The states that an enumeration had finished when it was cut in this thread, before this schedule. */
    enumerated: { readonly before: number; readonly finished: Finished } | undefined;
}

/**
 * Every schedule begins in the backend's present state. `twin`: where they are to be run a second time. Throws ScenarioError when the
 * checks cannot be set up.
 */
export function groundOf(binding: Binding, backend: ControlledBackend, settled: Settled, twin?: Twin): Ground {
    let source: ProgramSource | undefined;
    const walk = new Walk(binding, backend, settled.limits);
    return {
        walk,
        ...(twin === undefined ? {} : { twice: new RunTwice(walk, twin, settled.limits) }),
        settled,
        segments: new Segments(backend),
        source: () => (source ??= programSource(binding, settled.seed)),
        enumerated: undefined
    };
}
