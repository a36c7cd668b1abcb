/** Rewrites the instructions with prefix 0xfc: bulk memory, table queries, saturating conversions. */
import { call, i32Const, i32Store8 } from '../binary/assembler.ts';
import { Fc, FC_REFUSED } from '../binary/opcodes.ts';
import { InvalidModuleError } from '../errors.ts';
import type { BodyRewriter } from './body.ts';
import { SIDE } from './plan.ts';

/** The cursor is after the prefix; `start` is its position. */
export function rewriteBulk({ cursor, accesses, plan, meter }: BodyRewriter, start: number): void {
    const opcode = cursor.index();
    meter.fc(opcode);
    const refused = FC_REFUSED.get(opcode);
    if (refused !== undefined) {
        throw new InvalidModuleError(`unsupported instruction ${refused}: tables are immutable on the IC`, start);
    }
    switch (opcode) {
        case Fc.memoryInit: {
            const segment = cursor.index();
            cursor.memoryIndex();
            accesses.replace(start, call(plan.initHelper(segment)));
            break;
        }
        case Fc.dataDrop: {
            const flag = plan.layout.current + plan.layout.droppedFlags + cursor.index();
            accesses.replace(start, [i32Const(0), i32Const(1), i32Store8(SIDE, flag)]);
            break;
        }
        case Fc.memoryCopy:
            cursor.memoryIndex();
            cursor.memoryIndex();
            accesses.replace(start, call(plan.helper('copy')));
            break;
        case Fc.memoryFill:
            cursor.memoryIndex();
            accesses.replace(start, call(plan.helper('fill')));
            break;
        case Fc.elemDrop:
            // Without table.init nothing can observe a dropped element segment.
            cursor.skipLeb();
            accesses.replace(start, []);
            break;
        case Fc.tableSize:
            cursor.skipLeb();
            break;
        default:
            if (opcode > 7) {
                throw new InvalidModuleError(`unsupported instruction 0xfc ${opcode}`, start);
            }
    }
}
