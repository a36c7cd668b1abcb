import type { Invariant } from '../../harness/index.ts';
import type { FundsState } from './funds-model.ts';

/**
 * Quiescent: the text is what was appended, each text once and in any order; nothing lost, nothing twice.
 * Reads the observation `text` and the texts of the model.
 */
export const textsKept: Invariant<FundsState> = {
    name: 'texts-kept',
    when: 'quiescent',
    check: ({ observed, model }) => {
        const text = observed['text'] as string;
        if (consistsOf(text, model.texts)) return undefined;
        return `the text is ${JSON.stringify(text)}, appended were ${JSON.stringify(model.texts)}`;
    }
};

/** True when `text` is the concatenation of all `parts` in some order. Exponential where parts begin alike. */
function consistsOf(text: string, parts: readonly string[]): boolean {
    if (parts.length === 0) return text === '';
    return parts.some((part, index) => {
        return text.startsWith(part) && consistsOf(text.slice(part.length), parts.toSpliced(index, 1));
    });
}
