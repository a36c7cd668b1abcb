import { expect, it } from '@jest/globals';
import { constant } from 'fast-check';
import { call } from '../../index.ts';
import type { Scenario } from '../../scenario/types.ts';
import { reductionNote } from '../reduction-note.ts';

const FIXED = [call('alice', 'vault', 'open')];
const DRAWN = constant(FIXED);

type Selected = Parameters<typeof reductionNote>[1][number];

function selected(id: string, calls: Scenario['calls'], strategy?: Scenario['strategy']): Selected {
    return { scenario: { id, calls, ...(strategy === undefined ? {} : { strategy }) } };
}

const MIXED = [
    selected('all', FIXED, 'exhaustive'),
    selected('first', FIXED),
    selected('some', FIXED, 'random'),
    selected('drawn', DRAWN)
];

it('what is sampled in spite of --reduction is named', () => {
    expect(reductionNote({ reduction: 'none' }, MIXED)).toBe(
        '--reduction none is not about what is sampled: some (random), drawn (portfolio)'
    );
});

it('nothing is said without the option, or where all is enumerated', () => {
    expect(reductionNote({}, MIXED)).toBeUndefined();
    expect(reductionNote({ reduction: 'dpor', strategy: 'exhaustive' }, MIXED)).toBeUndefined();
    expect(reductionNote({ reduction: 'dpor' }, MIXED.slice(0, 2))).toBeUndefined();
});
