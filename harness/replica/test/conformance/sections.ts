/** All sections, in their order. */
import type { Section } from './row.ts';
import { SECTION_1_1, SECTION_1_2, SECTION_1_3, SECTION_1_4 } from './section-1.ts';
import { SECTION_2 } from './section-2.ts';
import { SECTION_3_1, SECTION_3_2 } from './section-3-1.ts';
import { SECTION_3_3 } from './section-3-3.ts';
import { SECTION_3_4, SECTION_3_5 } from './section-3-4.ts';
import { SECTION_3_6, SECTION_3_7, SECTION_3_8 } from './section-3-6.ts';

export const SECTIONS: readonly Section[] = [
    SECTION_1_1,
    SECTION_1_2,
    SECTION_1_3,
    SECTION_1_4,
    SECTION_2,
    SECTION_3_1,
    SECTION_3_2,
    SECTION_3_3,
    SECTION_3_4,
    SECTION_3_5,
    SECTION_3_6,
    SECTION_3_7,
    SECTION_3_8
];
