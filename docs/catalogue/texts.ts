/** All published texts with their rows, and the check that they speak of exactly the scenarios that exist. */
import { ACROSS_CANISTERS, MESSAGE_PROPERTIES } from './claims/across-canisters.ts';
import { COMMIT_POINTS } from './claims/commit-points.ts';
import { FAULTS } from './claims/faults.ts';
import { NON_BLOCKING } from './claims/non-blocking.ts';
import { QUEUES } from './claims/queues.ts';
import type { Row, Text } from './row.ts';

export const TEXTS: readonly Text[] = [
    NON_BLOCKING, COMMIT_POINTS, QUEUES, ACROSS_CANISTERS, MESSAGE_PROPERTIES, FAULTS
];

/** The scenarios that stand under a row: its own, its further ones, and its fix when that is a part of it. Pure. */
export function scenariosOf({ id, also = [], fix }: Row): readonly string[] {
    const own = fix?.scenario.startsWith(`${id}/`) ? [fix.scenario] : [];
    return [id, ...also, ...own];
}

/** What is wrong between the rows and the scenarios `ids`, one sentence each; empty when they agree. Pure. */
export function disagreements(texts: readonly Text[], ids: readonly string[]): readonly string[] {
    const rows = texts.flatMap((text) => text.rows);
    const told = rows.flatMap(scenariosOf);
    const named = [...told, ...rows.flatMap(({ fix }) => fix?.scenario ?? [])];
    return [
        ...ids.filter((id) => !told.includes(id)).map((id) => `scenario ${id} stands in no row: say what it shows`),
        ...named.filter((id) => !ids.includes(id)).map((id) => `no scenario is called ${id}: correct the row`),
        ...told.filter((id, index) => told.indexOf(id) !== index).map((id) => `scenario ${id} stands in two rows`)
    ];
}
