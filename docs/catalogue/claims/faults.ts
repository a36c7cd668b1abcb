/** What the catalogue adds: faults that no text above speaks of. */
import type { Text } from '../row.ts';

export const FAULTS: Text = {
    title: 'When a segment fails, or somebody is not there',
    rows: [
        {
            id: 'trap-in-callback',
            claim: 'What if the segment after an await fails: what becomes of a lock that the segment before took?',
            judged: 'answered',
            shown:
                'It is held for ever: the segment before is committed, and the one that would open it is undone. ' +
                '`finally` opens it, in Motoko and in Azle, because it runs in the cleanup callback too.',
            fix: { scenario: 'trap-in-callback/fixed', how: 'what has to happen in any case stands in `finally`' }
        },
        {
            id: 'callee-gone',
            claim: 'A callee may be stopped, out of cycles, uninstalled or not reachable. What then?',
            judged: 'answered',
            shown: 'Who catches the error keeps its books, as `withdraw-guarded` does; else the funds vanish.',
            also: ['callee-gone/refused', 'callee-gone/stopped']
        },
        {
            id: 'late-answer',
            claim: 'A callee may answer very late, or not at all. Is money made or lost meanwhile?',
            judged: 'answered',
            shown:
                'Not by `withdraw-guarded`, at no point. An answer that is late needs no fault of its own to do ' +
                'harm: any order of answers is legal, and a balance from before is written as soon as it comes.',
            also: ['late-answer/stale']
        },
        {
            id: 'upgrade-between',
            claim: 'What if the canister is upgraded, to the same code, between two segments of a call?',
            judged: 'answered',
            shown:
                'In Azle the open callback meets an instance that knows nothing of it, and traps: the ledger has ' +
                'paid, and alice is told that it failed; what was not in stable memory is gone. Motoko refuses ' +
                'the upgrade while a call is open: stop the canister first, in both.',
            also: ['upgrade-between/azle'],
            languages: 'Each language has a scenario of its own, because they differ.'
        },
        {
            id: 'heartbeat-race',
            claim: 'A heartbeat awaits, and the next one begins: can they race?',
            judged: 'answered',
            shown:
                'Yes, as any two calls: the second heartbeat pays once more what the first one is about to have ' +
                'paid, and what is deposited meanwhile is lost.',
            fix: { scenario: 'heartbeat-race/fixed', how: 'what is going to be paid is taken before the await' }
        },
        {
            id: 'timer-trap',
            claim: 'What if the handler of a timer traps?',
            judged: 'answered',
            shown:
                'What it did is undone, but the timer is not set any more. A canister that notes in its state that ' +
                'a timer is set believes so for ever, and whoever waits for the timer waits for ever.',
            languages: 'In Motoko; a timer that traps is gone in every language.',
            fix: { scenario: 'timer-trap/fixed', how: 'it is noted until when the timer is set' }
        }
    ]
};
