/** What every command needs from the process. */
import type { Interrupts } from './interrupts.ts';
import type { Streams } from './streams.ts';

export interface Context {
    readonly streams: Streams;
    readonly interrupts: Interrupts;
    readonly toolVersion: string;
}
