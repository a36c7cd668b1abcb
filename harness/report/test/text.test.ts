import { describe, expect, it } from '@jest/globals';
import { count, cut, grouped, namer, oneLine, plain, plainLines } from '../text.ts';

const ALICE = '535yc-uxytb-gfk7h-tny7p-vjkoe-i4krp-3qmcl-uqfgr-cpgej-yqtjq-rqe';

describe('plain', () => {
    it.each([
        ['colours', '\u001b[31mred', '\\u{1b}[31mred'],
        ['line ends', 'a\r\nb', 'a\\r\\nb'],
        ['tabs', 'a\tb', 'a\\tb'],
        ['bells and C1 controls', '\u0007\u009b2J', '\\u{7}\\u{9b}2J'],
        ['bidirectional overrides', 'a\u202eb', 'a\\u{202e}b'],
        ['zero-width joiners', 'a\u200db', 'a\\u{200d}b'],
        ['line separators', 'a\u2028b', 'a\\u{2028}b'],
        ['lone surrogates', 'a\ud800', 'a\\u{d800}']
    ])('escapes %s', (_what, text, wanted) => {
        expect(plain(text)).toBe(wanted);
    });

    it('leaves printable text of every script alone', () => {
        expect(plain('Grüße, 世界, 🙂 "quoted" \\slash')).toBe('Grüße, 世界, 🙂 "quoted" \\slash');
    });
});

describe('plainLines', () => {
    it('keeps line ends as lines, drops the last empty one, and escapes the rest', () => {
        expect(plainLines('a\r\n\u001bb\n')).toEqual(['a', '\\u{1b}b']);
    });
});

describe('oneLine', () => {
    it('joins the lines of a sentence and escapes the rest', () => {
        expect(oneLine(' a.\n  b\u001b\n')).toBe('a. b\\u{1b}');
    });
});

describe('cut', () => {
    it('keeps the start and the end', () => {
        expect(cut('abcdefghijklmnopqrstuvwxyz', 20)).toBe('abcdefghi...stuvwxyz');
        expect(cut('short', 20)).toBe('short');
    });

    it('keeps the start only of sentences', () => {
        expect(cut('abcdefghijklmnopqrstuvwxyz', 20, 0)).toBe('abcdefghijklmnopq...');
    });

    it('never leaves half of a character', () => {
        expect(cut(`${'a'.repeat(8)}🙂${'b'.repeat(20)}`, 20)).toBe(`${'a'.repeat(8)}...${'b'.repeat(8)}`);
    });
});

describe('numbers', () => {
    it.each([
        [0, '0'],
        [999, '999'],
        [1000, '1,000'],
        [10_511_400, '10,511,400']
    ])('groups %d as %s', (amount, text) => {
        expect(grouped(amount)).toBe(text);
    });

    it('count agrees with its noun', () => {
        expect([count(0, 'call'), count(1, 'call'), count(2, 'call')]).toEqual(['0 calls', '1 call', '2 calls']);
    });
});

describe('namer', () => {
    const named = namer([
        { name: 'alice', principal: ALICE },
        { name: 'nobody', principal: '2vxsx-fae' }
    ]);

    it('puts the name in the place of a principal value', () => {
        expect(named(`principal "${ALICE}", 60`)).toBe('alice, 60');
    });

    it('keeps the quotes of a text that is a principal', () => {
        expect(named(`"${ALICE}", principal "2vxsx-fae"`)).toBe('"alice", nobody');
    });

    it('leaves other principals, and texts that only begin like a known one, alone', () => {
        expect(named('principal "aaaaa-aa"')).toBe('principal "aaaaa-aa"');
        expect(named(`${ALICE}-aaaaa`)).toBe(`${ALICE}-aaaaa`);
    });
});
