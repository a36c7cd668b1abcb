/**
 * What invariants see at rest, and what they looked at. Some of a view says more on a replica whose commits are seen than on one of
 * which only calls and answers are: who looks at that may object to what is only not known.
 */
import type { CallRecord, View } from '../scenario/types.ts';
import type { Values } from './observe.ts';

/** What was read since it was last set to false. */
export interface Reads {
    /** The state of the model: it depends on the order of the answers. */
    model: boolean;
    /** `invokedAt` or `answeredAt`: places in the history here, numbers of commits elsewhere. */
    places: boolean;
    /** `previous`: the values before the first call here, those before the last commit elsewhere. */
    previous: boolean;
}

/** The view at rest, with the model in one of its states. */
export function viewAtRest(
    calls: readonly CallRecord[],
    values: { readonly before: Values; readonly after: Values },
    model: unknown,
    reads: Reads
): View {
    return {
        observed: values.after,
        calls: calls.map(call => watched(call, reads)),
        inFlight: [],
        get model(): unknown {
            reads.model = true;
            return model;
        },
        get previous(): Values {
            reads.previous = true;
            return values.before;
        }
    };
}

function watched(call: CallRecord, reads: Reads): CallRecord {
    const { invokedAt, answeredAt, ...rest } = call;
    const places = Object.entries({ invokedAt, answeredAt }).filter(([, place]) => place !== undefined);
    for (const [name, place] of places) {
        const get = (): unknown => {
            reads.places = true;
            return place;
        };
        Object.defineProperty(rest, name, { enumerable: true, get });
    }
    return rest;
}
