/** The part of a run that a server plays: rounds in the order that the run file asks for. */
import type { Rounds } from '../serve/index.ts';
import { chooserOf } from './chooser.ts';
import { ExploredRounds } from './explored-rounds.ts';
import { ofServer, readRun } from './run-file.ts';
import { TraceWriter, type TraceLine } from './trace.ts';

/** What a server of a run needs. */
export interface ServedRun {
    /** The rounds of each of its instances. */
    readonly roundsOf: (instance: number) => Rounds;
    /** When it has ended. */
    readonly close: () => void;
}

/** Counts one more server of this run. Throws what reading the run file throws. */
export function servedRun(file: string): ServedRun {
    const run = readRun(file);
    const trace = new TraceWriter(run.traces);
    const { server } = trace;
    const chooser = chooserOf(run, server, () => trace.takeFault(run.faultsMax));
    const arrivals = ofServer(run.arrivals, server);
    const written = (line: TraceLine): void => trace.write(line);
    return {
        roundsOf: (instance) => new ExploredRounds({ server, instance }, { chooser, arrivals, trace: written }),
        close: () => trace.close()
    };
}
