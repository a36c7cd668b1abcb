/** Rewrites the instructions with prefix 0xfd (SIMD): vector loads and stores, and those of single lanes. */
import {
    SIMD_LOAD_LANES, SIMD_LOADS, SIMD_RELAXED, SIMD_STORE, SIMD_STORE_LANES, SimdImmediate
} from '../binary/opcodes.ts';
import { V128 } from '../binary/types.ts';
import { InvalidModuleError } from '../errors.ts';
import type { BodyRewriter } from './body.ts';
import { canonicalise, vectorArithmetic } from './nan.ts';

/** The cursor is after the prefix; `start` is its position. */
export function rewriteSimd(rewriter: BodyRewriter, start: number): void {
    const { cursor, accesses, meter } = rewriter;
    const opcode = cursor.index();
    meter.simd(opcode);
    if (opcode >= SIMD_RELAXED) {
        const detail = `unsupported instruction 0xfd ${opcode}: relaxed SIMD is not deterministic`;
        throw new InvalidModuleError(detail, start);
    }
    const load = SIMD_LOADS.get(opcode);
    const loadLane = SIMD_LOAD_LANES.get(opcode);
    const storeLane = SIMD_STORE_LANES.get(opcode);
    if (load !== undefined) {
        accesses.load(start, load);
    } else if (opcode === SIMD_STORE) {
        accesses.store(start, 16, V128);
    } else if (loadLane !== undefined) {
        accesses.loadBeneath(start, loadLane, V128);
        cursor.skip(1);
    } else if (storeLane !== undefined) {
        accesses.store(start, storeLane, V128);
        cursor.skip(1);
    } else if (opcode === SimdImmediate.constant || opcode === SimdImmediate.shuffle) {
        cursor.skip(16);
    } else if (opcode >= SimdImmediate.firstLane && opcode <= SimdImmediate.lastLane) {
        cursor.skip(1);
    } else {
        const shape = vectorArithmetic(opcode);
        if (shape !== undefined) {
            canonicalise(rewriter, shape);
        }
    }
}
