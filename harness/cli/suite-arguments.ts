/** Arguments in the steps of a suite's finding, as Candid where the canister's module says what they are. */
import { IDL } from '@dfinity/candid';
import { candidInterface } from '../build/index.ts';
import type { CandidInterface } from '../build/index.ts';
import { valueText } from '../check/value-text.ts';
import { cut } from '../report/text.ts';
import type { SuiteFinding } from '../suites/index.ts';

const SHOWN_MAX = 100;
/** What stands for the argument in the name of a step. */
const PLACE = '(...)';

/** The finding with arguments in the names of its steps: Candid, or bytes in hex. */
export async function readable(finding: SuiteFinding): Promise<SuiteFinding> {
    const interfaces = new Map<string, CandidInterface>();
    for (const { canister, candid } of finding.interfaces) {
        try {
            if (!interfaces.has(canister)) interfaces.set(canister, await candidInterface(candid));
        } catch {
            // A module may carry anything for its interface; its arguments stay bytes.
        }
    }
    const steps = finding.steps.map((step) => {
        if (step.call === undefined) return step;
        const { canister, method, argHex } = step.call;
        const text = argumentText(interfaces.get(canister), method, argHex) ?? `0x${argHex}`;
        return { ...step, name: step.name.replace(PLACE, () => `(${cut(text, SHOWN_MAX)})`) };
    });
    return { ...finding, steps };
}

function argumentText(known: CandidInterface | undefined, method: string, argHex: string): string | undefined {
    const field = known?.service._fields.find(([name]) => name === method);
    if (field === undefined) return undefined;
    try {
        return IDL.decode(field[1].argTypes, Uint8Array.from(Buffer.from(argHex, 'hex'))).map(valueText).join(', ');
    } catch {
        return undefined;
    }
}
