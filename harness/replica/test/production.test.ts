/** The order of a production round, in its simple form (production's scheduler). */
import { describe, expect, it } from '@jest/globals';
import { ProductionOrder } from '../index.ts';
import type { Orderable } from '../index.ts';

const names = new Map<number, string>();

function message(name: string, kind: Orderable['kind'], canister: number): Orderable {
    names.set(names.size, name);
    return { key: names.size - 1, kind, canister };
}

/** Takes messages until none is left; executing one may send others. */
function run(start: Orderable[], sends: Record<string, Orderable[]> = {}): string[] {
    const order = new ProductionOrder();
    const enabled = [...start];
    const taken: string[] = [];
    while (enabled.length > 0) {
        const next = order.next(enabled, []);
        const name = names.get(next.key)!;
        enabled.splice(enabled.indexOf(next), 1);
        enabled.push(...(sends[name] ?? []));
        taken.push(name);
    }
    return taken;
}

describe('A round', () => {
    it('goes through canisters in ascending order, each until it has nothing left', () => {
        const input = [
            message('b1', 'ingress', 1),
            message('a1', 'ingress', 0),
            message('b2', 'ingress', 1),
            message('a2', 'ingress', 0)
        ];
        expect(run(input)).toEqual(['a1', 'a2', 'b1', 'b2']);
    });

    it('takes management calls first, and timers before messages', () => {
        const input = [message('i', 'ingress', 0), message('t', 'timer', 0), message('m', 'request', -1)];
        expect(run(input)).toEqual(['m', 't', 'i']);
    });

    it('takes messages from canisters and ingress in turns, each oldest first', () => {
        const input = [
            message('i1', 'ingress', 0),
            message('i2', 'ingress', 0),
            message('r1', 'request', 0),
            message('r2', 'response', 0)
        ];
        expect(run(input)).toEqual(['r1', 'i1', 'r2', 'i2']);
    });

    it('delivers what is sent in the next iteration only, also to canisters that still have their turn', () => {
        const sends = { a1: [message('b-late', 'request', 1)], b1: [message('a-late', 'response', 0)] };
        const input = [message('a1', 'ingress', 0), message('a2', 'ingress', 0), message('b1', 'ingress', 1)];
        expect(run(input, sends)).toEqual(['a1', 'a2', 'b1', 'a-late', 'b-late']);
    });

    it('counts requests behind others of their pair as arrived', () => {
        const order = new ProductionOrder();
        const [first, second, other] = [
            message('q1', 'request', 0),
            message('q2', 'request', 0),
            message('late', 'request', 0)
        ];
        expect(order.next([first], [second])).toBe(first);
        // The late one is older in the list, but it was not there when the iteration began.
        expect(order.next([other, second], [])).toBe(second);
    });
});
