/** All sections, in their order. */
import type { Section } from './row.ts';
import { SECTION_1_1, SECTION_1_2, SECTION_1_3, SECTION_1_4 } from './section-1.ts';
import { SECTION_2 } from './section-2.ts';
import { SECTION_3_1, SECTION_3_2 } from './section-3-1.ts';
import { SECTION_3_3 } from './section-3-3.ts';
import { SECTION_3_4, SECTION_3_5 } from './section-3-4.ts';
import { SECTION_3_6, SECTION_3_7, SECTION_3_8 } from './section-3-6.ts';
import { SECTION_3_9, SECTION_3_10 } from './section-3-9.ts';
import { SECTION_3_11 } from './section-3-11.ts';
import { SECTION_4_1, SECTION_4_2, SECTION_4_3 } from './section-4.ts';
import { SECTION_5, SECTION_9 } from './section-5.ts';
import { SECTION_6_1, SECTION_6_2 } from './section-6.ts';
import { SECTION_6_3 } from './section-6-3.ts';
import { SECTION_7_1, SECTION_7_2, SECTION_7_3, SECTION_7_4, SECTION_7_5, SECTION_7_6 } from './section-7.ts';
import { SECTION_8_1, SECTION_8_2 } from './section-8.ts';

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
    SECTION_3_8,
    SECTION_3_9,
    SECTION_3_10,
    SECTION_3_11,
    SECTION_4_1,
    SECTION_4_2,
    SECTION_4_3,
    SECTION_5,
    SECTION_6_1,
    SECTION_6_2,
    SECTION_6_3,
    SECTION_7_1,
    SECTION_7_2,
    SECTION_7_3,
    SECTION_7_4,
    SECTION_7_5,
    SECTION_7_6,
    SECTION_8_1,
    SECTION_8_2,
    SECTION_9
];
