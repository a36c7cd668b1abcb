/** Row `append-text`: calls that withdraw and calls that append to a text are in one queue and touch different state. */
import { breaks, call, holds, query, scenario } from '../harness/index.ts';
import type { CallSpec } from '../harness/index.ts';
import { conservationAlways } from './lib/conservation.ts';
import { FUNDS, times, withdrawFunds } from './lib/funds.ts';
import { overdraw } from './lib/overdraw.ts';
import { textsKept } from './lib/texts-kept.ts';

const TEXTS = ['one ', 'two ', 'three ', 'four ', 'five '];
const common = {
    ...FUNDS,
    observe: { ...FUNDS.observe, text: query('vault', 'get_text') },
    invariants: [overdraw, conservationAlways, textsKept]
};

function appendEach(method: 'append_text' | 'append_text_stale', texts: readonly string[]): readonly CallSpec[] {
    return texts.map((text) => call('bob', 'vault', method, [text]));
}

export const appendText = scenario('append-text', {
    about: 'five withdrawals and five appended texts: no text is lost, and the funds are right',
    ...common,
    calls: [...times(5, withdrawFunds('before', 20n)), ...appendEach('append_text', TEXTS)],
    schedules: 200,
    expect: holds()
});

export const fourCalls = scenario('append-text/four-calls', {
    about: 'every legal schedule of two withdrawals and two appended texts',
    ...common,
    calls: [...times(2, withdrawFunds('before', 20n)), ...appendEach('append_text', TEXTS.slice(0, 2))],
    strategy: 'exhaustive',
    expect: holds()
});

export const mutant = scenario('append-text/mutant', {
    about: 'the text is read before an await and written after it: what was appended meanwhile is lost',
    ...common,
    calls: [...times(2, withdrawFunds('before', 20n)), ...appendEach('append_text_stale', TEXTS.slice(0, 2))],
    expect: breaks({ invariants: ['texts-kept'], calls: 2, faults: 0 })
});
