/** The instrumented code of a module, compiled: as one, or as a trunk that others share and a tip. */
import type { ModuleShape } from '../decode/shape.ts';
import { InvalidModuleError, WasmEngineError } from '../errors.ts';
import type { CounterUse } from '../rewrite/auto.ts';
import type { SideLayout } from '../rewrite/layout.ts';
import { rewriteTip, rewriteTrunk } from '../rewrite/parts.ts';
import type { Form } from '../rewrite/parts.ts';
import { rewriteModule } from '../rewrite/rewrite.ts';
import type { RewrittenModule } from '../rewrite/rewrite.ts';
import { sameTrunk } from '../rewrite/same-trunk.ts';
import { splitOf, trunkCalls } from '../rewrite/split.ts';
import type { Split, TrunkCalls } from '../rewrite/split.ts';

/** Code in one form; nothing is compiled before it is asked for. */
export interface Code {
    readonly layout: SideLayout;
    readonly counterUse: CounterUse;
    /** Blocks that are marked. */
    readonly blocks: number;
    /** The module, or its trunk. */
    readonly module: WebAssembly.Module;
    readonly tip: WebAssembly.Module | undefined;
}

/** Trunks remembered; one of Azle takes some 10 MB. */
const TRUNKS_MAX = 4;

/** A trunk that was met, in the forms that were asked for. V8 keeps machine code of equal bytes once in a process. */
interface Trunk {
    readonly split: Split;
    readonly calls: TrunkCalls;
    readonly forms: Map<string, Rewritten>;
}

/** The least recently used first. */
let trunks: Trunk[] = [];

/** Instruments a module in a form. */
export type CodeMaker = (form: Form) => Code;

/** How the code of a module is made: with a trunk that is known already, with a new one, or as one. */
export function codeOf(shape: ModuleShape): CodeMaker {
    const split = splitOf(shape);
    if (split === undefined) return whole(shape);
    for (const trunk of trunks) {
        const slots = sameTrunk(trunk.split, trunk.calls, split);
        if (slots !== undefined) {
            remember(trunk);
            return inParts(trunk, split, slots);
        }
    }
    const calls = trunkCalls(split);
    if (calls === undefined) return whole(shape);
    const trunk = { split, calls, forms: new Map<string, Rewritten>() };
    remember(trunk);
    return inParts(trunk, split, calls.slots);
}

function remember(trunk: Trunk): void {
    trunks = [...trunks.filter(known => known !== trunk), trunk].slice(-TRUNKS_MAX);
}

function whole(shape: ModuleShape): CodeMaker {
    return ({ flavour, metering, marksBlocks }) =>
        new Rewritten(rewriteModule(shape, flavour, metering, marksBlocks));
}

function inParts(trunk: Trunk, split: Split, slots: readonly number[]): CodeMaker {
    return form => {
        const key = `${form.flavour} ${form.metering} ${form.marksBlocks}`;
        const known = trunk.forms.get(key) ?? new Rewritten(rewriteTrunk(trunk.split, trunk.calls, form));
        trunk.forms.set(key, known);
        const tip = new Rewritten(rewriteTip(split, slots, form, known.blocks));
        const { layout, blocks } = tip;
        const counterUse = known.counterUse === 'none' ? tip.counterUse : known.counterUse;
        return { layout, blocks, counterUse, get module() { return known.module; }, get tip() { return tip.module; } };
    };
}

/** A rewritten module, compiled when first asked for. */
class Rewritten implements Code {
    readonly layout: SideLayout;
    readonly counterUse: CounterUse;
    readonly blocks: number;
    readonly tip = undefined;
    #bytes: Uint8Array | undefined;
    #module: WebAssembly.Module | undefined;

    constructor({ bytes, layout, counterUse, blocks }: RewrittenModule) {
        this.layout = layout;
        this.counterUse = counterUse;
        this.blocks = blocks;
        this.#bytes = bytes;
    }

    get module(): WebAssembly.Module {
        this.#module ??= compile(this.#bytes as Uint8Array);
        this.#bytes = undefined;
        return this.#module;
    }
}

/**
 * The original was valid, so that V8 can only object to sizes that instrumentation made too large, or to a fault of
 * ours.
 */
function compile(bytes: Uint8Array): WebAssembly.Module {
    try {
        return new WebAssembly.Module(bytes);
    } catch (cause) {
        const text = String((cause as { message?: unknown }).message);
        if (/size|exceeds|maximum|too (?:large|big|many)/i.test(text)) {
            throw new InvalidModuleError(`the module is too large once instrumented: ${text}`, undefined, cause);
        }
        throw new WasmEngineError(`V8 rejects a rewritten module: ${text}`, cause);
    }
}
