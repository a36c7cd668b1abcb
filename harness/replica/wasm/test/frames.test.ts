import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

describe('call depth in an exploring thread', () => {
    it('ends at our own count, cold and hot, also where frames are as large as one call may be', () => {
        const script = join(import.meta.dirname, 'frames.script.ts');
        const printed = execFileSync(process.execPath, [script], { encoding: 'utf8', timeout: 60_000 });
        expect(JSON.parse(printed)).toEqual([9_999, 9_999]);
    });
});
