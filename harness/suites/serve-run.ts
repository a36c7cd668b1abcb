/** The part of a run that a server plays: rounds in the order that the run file asks for. */
import type { Rounds } from '../serve/index.ts';
import { chooserOf } from './chooser.ts';
import { ExploredRounds } from './explored-rounds.ts';
import { ofServer, readRun } from './run-file.ts';
import { TraceWriter, type TraceLine } from './trace.ts';

/** The rounds of each instance of a server of this run. Throws what reading the run file throws. */
export function roundsOfRun(file: string): (instance: number) => Rounds {
    const run = readRun(file);
    const trace = new TraceWriter(run.traces);
    const { server } = trace;
    const chooser = chooserOf(run, server, () => trace.takeFault(run.faultsMax));
    const arrivals = ofServer(run.arrivals, server);
    const written = (line: TraceLine): void => trace.write(line);
    return (instance) => new ExploredRounds({ server, instance }, { chooser, arrivals, trace: written });
}
