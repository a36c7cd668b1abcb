import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import {
    EditedScheduleError,
    ForeignScheduleError,
    ScheduleFieldError,
    ScheduleVersionError,
    TruncatedScheduleError,
    UnreadableScheduleError
} from '../errors.ts';
import type { ScheduleFileError } from '../errors.ts';
import { documentText, parseDocument } from '../document.ts';
import { SCHEDULE } from '../format.ts';
import type { ScheduleSections } from '../format.ts';
import { readSchedule, scheduleFileName, writeSchedule } from '../schedule-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'interleave-schedule-'));
afterAll(() => rmSync(directory, { recursive: true }));

const sections: ScheduleSections = {
    tool: { name: 'interleave', version: '0.1.0' },
    scenario: { id: 'vault-stale/overdraw', file: 'invariants/vault-stale.invariant.ts', about: 'two withdrawals' },
    language: 'motoko',
    found: {
        seed: 7,
        strategy: { name: 'random', parameters: { faultProbability: 0.1 } },
        scheduleIndex: 3,
        shrunk: 'minimal'
    },
    backend: {
        name: 'embedded',
        metering: 'unit',
        fees: 'free',
        seed: 7,
        stepsMax: 1_000_000_000,
        messagesMax: 10_000,
        timeAdvancesMax: 20
    },
    canisters: [{ role: 'vault', name: 'vault_motoko', wasmSha256: 'ab'.repeat(32) }],
    calls: [
        {
            actor: 'alice',
            label: 'alice#1',
            canister: 'vault',
            method: 'withdraw',
            args: '(60)',
            argHex: '4449',
            order: 'at-once'
        }
    ],
    steps: [
        { act: 'execute', path: 'alice#1', name: 'alice#1: vault.withdraw(60)' },
        { act: 'reject', path: 'alice#1/0', name: 'vault -> ledger.transfer [alice#1]', code: 2, text: 'injected' },
        { act: 'execute', path: 'alice#1/1/o2', name: 'outcall GET https://x [alice#1]', answer: '503 "busy"' }
    ],
    broken: { invariant: 'overdraw', message: 'balance is -20' },
    traceHash: '5f'.repeat(32)
};
const text = documentText(SCHEDULE, sections);

/** The document with one change, its checksums as they were. */
function altered(change: (document: Record<string, any>) => void): string {
    const document = JSON.parse(text);
    change(document);
    return JSON.stringify(document);
}

/** The error that reading `wrong` gives. */
function failure(wrong: string): ScheduleFileError {
    try {
        parseDocument(SCHEDULE, 'f.schedule.json', wrong);
    } catch (error) {
        return error as ScheduleFileError;
    }
    throw new Error('was read without an error');
}

describe('a schedule file', () => {
    it('reads back exactly what was written', () => {
        const file = writeSchedule(directory, sections);
        expect(file).toBe(join(directory, 'vault-stale-overdraw.motoko.5f5f5f5f5f5f.schedule.json'));
        expect(readSchedule(file)).toEqual(sections);
        expect(readFileSync(file, 'utf8')).toBe(text);
    });

    it('leaves no temporary file behind', () => {
        writeSchedule(directory, sections);
        expect(readdirSync(directory).filter(name => !name.endsWith('.schedule.json'))).toEqual([]);
    });

    it('does not depend on white space or on the order of keys', () => {
        const reordered = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text)).reverse()));
        expect(parseDocument(SCHEDULE, 'f', reordered)).toEqual(sections);
    });

    it('has a name without characters that shells and file systems treat specially', () => {
        const id = '../a b/c*"é';
        expect(scheduleFileName({ ...sections, scenario: { ...sections.scenario, id } })).toBe(
            '-a-b-c-.motoko.5f5f5f5f5f5f.schedule.json'
        );
    });

    it('keeps its documented form', () => {
        expect(text).toMatchSnapshot();
    });
});

describe('a schedule file that cannot be used', () => {
    it('is missing', () => {
        const missing = join(directory, 'none.schedule.json');
        expect(() => readSchedule(missing)).toThrow(UnreadableScheduleError);
        expect(() => readSchedule(missing)).toThrow(`${missing}: there is no such file`);
    });

    it('is a directory', () => {
        expect(() => readSchedule(directory)).toThrow(UnreadableScheduleError);
    });

    it.each([1, 2, 10, 500, 1000])('is truncated, here by %d bytes', bytes => {
        const error = failure(text.slice(0, -1 - bytes));
        expect(error).toBeInstanceOf(TruncatedScheduleError);
        expect(error.message).toContain('cut short');
    });

    it('is empty', () => {
        expect(failure('').message).toBe('f.schedule.json: the file is empty');
    });

    it.each(['{}', '[]', 'null', '1', '{"format":"other"}', '{"name":"interleave","version":"0.1.0"}'])(
        'is foreign: %s',
        foreign => {
            expect(failure(foreign)).toBeInstanceOf(ForeignScheduleError);
        }
    );

    it('was written by a newer tool', () => {
        const error = failure(
            altered(document => {
                document['version'] = 99;
                document['tool'].version = '9.0.0';
            })
        );
        expect(error).toBeInstanceOf(ScheduleVersionError);
        expect(error.message).toContain('99, this tool reads versions 1 to 1');
        expect(error.fix).toContain('interleave 9.0.0');
    });

    it.each<[string, (document: Record<string, any>) => void]>([
        [
            'steps',
            document => {
                delete document['steps'];
            }
        ],
        [
            'steps.1.code',
            document => {
                document['steps'][1].code = 9;
            }
        ],
        [
            'steps.0.act',
            document => {
                document['steps'][0].act = 'explode';
            }
        ],
        [
            'calls.0.argHex',
            document => {
                document['calls'][0].argHex = 'xyz';
            }
        ],
        [
            'canisters.0.wasmSha256',
            document => {
                document['canisters'][0].wasmSha256 = 'ab';
            }
        ],
        [
            'found.seed',
            document => {
                document['found'].seed = '7';
            }
        ],
        [
            'calls.0.extra',
            document => {
                document['calls'][0].extra = 1;
            }
        ],
        [
            'extra',
            document => {
                document['extra'] = 1;
            }
        ],
        [
            'checksums',
            document => {
                delete document['checksums'];
            }
        ]
    ])('has a wrong field, named: %s', (field, change) => {
        const error = failure(altered(change)) as ScheduleFieldError;
        expect(error).toBeInstanceOf(ScheduleFieldError);
        expect(error.field).toBe(field);
        expect(error.message).toContain(`field '${field}': `);
        expect(error.fix).not.toBe('');
    });

    it.each<[string, (document: Record<string, any>) => void]>([
        [
            'steps',
            document => {
                document['steps'].reverse();
            }
        ],
        [
            'steps',
            document => {
                document['steps'].pop();
            }
        ],
        [
            'calls',
            document => {
                document['calls'][0].argHex = '444a';
            }
        ],
        [
            'broken',
            document => {
                document['broken'].message += '!';
            }
        ],
        [
            'found',
            document => {
                document['found'].seed = 8;
            }
        ],
        [
            'scenario',
            document => {
                document['scenario'].id = 'other';
            }
        ],
        [
            'traceHash',
            document => {
                document['traceHash'] = '6f'.repeat(32);
            }
        ],
        [
            'backend',
            document => {
                document['checksums'].backend = '0'.repeat(16);
            }
        ],
        [
            'language',
            document => {
                delete document['checksums'].language;
            }
        ]
    ])('was edited in section %s', (field, change) => {
        const error = failure(altered(change)) as EditedScheduleError;
        expect(error).toBeInstanceOf(EditedScheduleError);
        expect(error.field).toBe(field);
    });

    it('is never replaced by half a file when writing fails', () => {
        const blocked = join(directory, 'blocked');
        writeFileSync(blocked, 'a file where a directory should be');
        expect(() => writeSchedule(blocked, sections)).toThrow();
        expect(readFileSync(blocked, 'utf8')).toBe('a file where a directory should be');
    });
});
