/** All sections, in the order in which they run. */
import { exhaustive } from './exhaustive.ts';
import { interleavings } from './interleavings.ts';
import { messages } from './messages.ts';
import { pocketIc } from './pocket-ic.ts';
import { transitionTable } from './transition-table.ts';
import type { AnySection } from './section.ts';
import { undo } from './undo.ts';
import { workers } from './workers.ts';

export const SECTIONS: readonly AnySection[] = [
    messages,
    interleavings,
    undo,
    transitionTable,
    exhaustive,
    workers,
    pocketIc
];
