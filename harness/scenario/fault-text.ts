/** A declared fault as it is written in a scenario file. */
import type { FaultKind, FaultSpec } from './types.ts';

const CONSTRUCTORS: Readonly<Record<FaultKind, string>> = {
    'reject': 'rejects',
    'expire': 'expires',
    'trap': 'traps',
    'full-queue': 'fillsQueue',
    'late': 'answersLate',
    'never': 'neverAnswers',
    'stop': 'stops',
    'out-of-cycles': 'runsOutOfCycles',
    'uninstall': 'uninstalls',
    'upgrade': 'upgrades',
    'snapshot': 'loadsSnapshot',
    'uninspected': 'skipsInspection',
    'heartbeat': 'beats',
    'clock': 'timePasses'
};

/** `rejects({ callee: 'ledger', method: 'transfer' })`. Pure. */
export function faultText({ fault, ...fields }: FaultSpec): string {
    const given = Object.entries(fields).map(([name, value]) => `${name}: ${valueText(value)}`);
    return `${CONSTRUCTORS[fault]}(${given.length === 0 ? '' : `{ ${given.join(', ')} }`})`;
}

function valueText(value: string | number | readonly number[]): string {
    if (typeof value === 'string') return `'${value}'`;
    return typeof value === 'number' ? String(value) : `[${value.join(', ')}]`;
}
