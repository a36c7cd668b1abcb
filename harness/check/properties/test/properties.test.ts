/** Each of the six properties of message execution can be broken by a trace, and is said to be, by number. */
import { describe, expect, it } from '@jest/globals';
import type { Act, MessageDescription, MessageKind, Outcome, PendingMessage } from '../../../trace/types.ts';
import { MessageProperties, MessagePropertyError } from '../../index.ts';

const ROLES = ['vault', 'ledger'];
const [VAULT, LEDGER] = [0, 1];

/** A backend that does whatever a test makes it do. */
class Liar {
    readonly canisters = ROLES;
    readonly versions = [1, 2];
    readonly trail: { act: Act; message: PendingMessage }[] = [];
    readonly properties: MessageProperties;
    inFlightNow: PendingMessage[] = [];
    readonly #about = new Map<PendingMessage, MessageDescription>();

    constructor(whole = true) {
        this.properties = new MessageProperties(this, () => this.trail, whole);
        this.properties.begin();
    }

    /** A message of this path; responses answer calls of the ledger. */
    message(path: string, kind: MessageKind, canister: number, root = 0): PendingMessage {
        const message = { key: this.#about.size, kind, canister, root };
        const about = { path, kind, canister: ROLES[canister]!, sender: '', method: '', data: new Uint8Array() };
        this.#about.set(message, {
            ...about,
            bestEffort: true,
            ...(kind === 'response' ? { callee: 'ledger' } : {})
        });
        return message;
    }

    /** One step that changes the state of the canister that executes it. */
    step(message: PendingMessage, outcome: Partial<Outcome> = {}, act: Act = 'execute', change?: () => void): void {
        this.properties.before(message);
        this.trail.push({ act, message });
        if (change !== undefined) change();
        else if (act === 'execute') this.versions[message.canister] = Math.max(...this.versions) + 1;
        this.properties.after(act, message, {
            status: act === 'execute' ? 'committed' : 'refused',
            cleanup: 'none',
            sent: [],
            answeredRoot: false,
            prints: [],
            steps: 1,
            ...outcome
        });
    }

    describe(message: PendingMessage): MessageDescription {
        return this.#about.get(message)!;
    }

    inFlight(): readonly PendingMessage[] {
        return this.inFlightNow;
    }

    stateVersion(canister: number): number {
        return this.versions[canister]!;
    }
}

/** One call with two requests; the tests execute its messages in orders of their own. */
function story(whole = true) {
    const liar = new Liar(whole);
    const call = liar.message('alice#1', 'ingress', VAULT);
    const [one, two] = [0, 1].map(index => liar.message(`alice#1/${index}`, 'request', LEDGER));
    const [first, second] = [0, 1].map(index => liar.message(`alice#1/${index}/r`, 'response', VAULT));
    const messages = { call, one: one!, two: two!, first: first!, second: second! };
    const begin = (): void => liar.step(call, { sent: [messages.one, messages.two] });
    return { liar, begin, ...messages };
}

/** The number of the property that is broken, and what is said of it; undefined when none is. */
function broken(run: () => void): readonly [number, string] | undefined {
    try {
        run();
        return undefined;
    } catch (thrown) {
        if (!(thrown instanceof MessagePropertyError)) throw thrown;
        expect(thrown.code).toMatch(/^INTERNAL/);
        expect(thrown.fix).toContain('please report');
        return [thrown.property, thrown.message];
    }
}

describe('a trace that keeps the six properties', () => {
    it('is silent: in order, responses in any order, faults, traps and cleanups', () => {
        const { liar, begin, one, two, first, second } = story();
        begin();
        liar.step(one);
        liar.step(two, {}, 'reject');
        liar.step(second, { status: 'trapped', cleanup: 'ran' });
        liar.step(first, { answeredRoot: true });
        liar.properties.quiescent();
        expect(liar.trail).toHaveLength(5);
    });

    it('may lose or still deliver a request that expired', () => {
        for (const inFlight of [true, false]) {
            const { liar, begin, one, two, first, second } = story();
            begin();
            liar.inFlightNow = inFlight ? [one, two] : [two];
            liar.step(one, {}, 'expire');
            if (inFlight) liar.step(one);
            liar.step(two);
            liar.step(second);
            liar.step(first, { answeredRoot: true });
            liar.properties.quiescent();
        }
    });
});

describe('a broken trace', () => {
    type Story = ReturnType<typeof story>;
    const cases: [number, string, RegExp, (story: Story) => void][] = [
        [1, 'a message begins inside another one', /began while another/, ({ liar, call, one }) => {
            liar.step(call, { sent: [one] }, 'execute', () => liar.step(one));
        }],
        [1, 'a canister changes that does not execute', /changed the state of ledger/, ({ liar, call }) => {
            liar.step(call, {}, 'execute', () => liar.versions[LEDGER]!++);
        }],
        [1, 'a fault changes a canister', /changed the state of ledger/, ({ liar, begin, one }) => {
            begin();
            liar.step(one, {}, 'reject', () => (liar.versions[LEDGER] = 99));
        }],
        [2, 'a request is delivered before its sender committed', /no step has sent it/, ({ liar, one }) => {
            liar.step(one);
        }],
        [2, 'another canister goes on after the await', /another canister than the caller/, ({ liar, begin, one }) => {
            begin();
            liar.step(one);
            liar.step(liar.message('alice#1/0/r', 'response', LEDGER));
        }],
        [2, 'a response leaves with a commit as if it were a call', /is a response/, ({ liar, call, first }) => {
            liar.step(call, { sent: [first] });
        }],
        [3, 'the second request overtakes the first', /alice#1\/1 was delivered before alice#1\/0/, story => {
            story.begin();
            story.liar.step(story.two);
        }],
        [4, 'a call goes on before its request was executed', /before the request/, ({ liar, begin, first }) => {
            begin();
            liar.step(first);
        }],
        [4, 'a step sends for another call', /a step of another call/, ({ liar, call }) => {
            liar.step(call, { sent: [liar.message('bob#1/0', 'request', LEDGER, 1)] });
        }],
        [5, 'the calls of a trapped message leave', /was trapped, but its calls left/, ({ liar, call, one }) => {
            liar.step(call, { status: 'trapped', sent: [one] });
        }],
        [5, 'a trap undoes an earlier commit too', /brought an earlier state of vault back/, ({ liar, begin, first, one }) => {
            begin();
            liar.step(one);
            liar.step(first, { status: 'trapped' }, 'execute', () => (liar.versions[VAULT] = 1));
        }],
        [6, 'a request is delivered twice', /twice/, ({ liar, begin, one }) => {
            begin();
            liar.step(one);
            liar.step(one);
        }],
        [6, 'a rejected request is delivered all the same', /delivered or rejected twice/, ({ liar, begin, one }) => {
            begin();
            liar.step(one, {}, 'reject');
            liar.step(one);
        }],
        [6, 'an ingress message is delivered twice', /alice#1 was delivered twice/, ({ liar, call }) => {
            liar.step(call);
            liar.step(call);
        }],
        [6, 'a request leaves twice', /was sent twice/, ({ liar, call, one }) => {
            liar.step(call, { sent: [one, one] });
        }],
        [6, 'a call gets two responses', /second response/, ({ liar, begin, one, first }) => {
            begin();
            liar.step(one);
            liar.step(first);
            liar.step(first);
        }],
        [6, 'a response to no call arrives', /never made/, ({ liar, call, first }) => {
            liar.step(call);
            liar.step(first);
        }],
        [6, 'a call expires whose caller does not wait', /does not wait/, ({ liar, begin, one, first }) => {
            begin();
            liar.step(one);
            liar.step(first);
            liar.step(one, {}, 'expire');
        }],
        [6, 'a call is never answered', /1 requests and 0 root calls have no response/, story => {
            const { liar, call, one } = story;
            liar.step(call, { sent: [one], answeredRoot: true });
            liar.step(one);
            liar.properties.quiescent();
        }],
        [6, 'a user is answered twice', /answered before/, ({ liar, call, one, first }) => {
            liar.step(call, { sent: [one], answeredRoot: true });
            liar.step(one);
            liar.step(first, { answeredRoot: true });
        }],
        [6, 'a user is never answered', /0 requests and 1 root calls/, ({ liar, call }) => {
            liar.step(call);
            liar.properties.quiescent();
        }]
    ];

    it.each(cases)('breaks property %i when %s', (property, _, text, run) => {
        const result = broken(() => run(story()));
        expect(result?.[0]).toBe(property);
        expect(result?.[1]).toMatch(text);
    });

    it('comes with its schedule', () => {
        const { liar, begin, one } = story();
        begin();
        liar.step(one, {}, 'reject');
        expect(broken(() => liar.step(one))?.[1]).toMatch(/; schedule: execute alice#1, reject alice#1\/0, execute alice#1\/0$/);
    });
});

describe('going back to a mark', () => {
    it('forgets what came after it, and nothing of what came before', () => {
        const { liar, begin, one, two, first, second } = story();
        begin();
        liar.step(one);
        const mark = liar.properties.save();
        liar.step(two);
        liar.step(second);
        liar.step(first, { answeredRoot: true });
        liar.properties.restore(mark);
        // The same steps in another order are right again; the request of before is still delivered.
        liar.step(first);
        liar.step(two);
        liar.step(second, { answeredRoot: true });
        liar.properties.quiescent();
        liar.properties.restore(mark);
        expect(broken(() => liar.step(one))?.[0]).toBe(6);
    });

    it('puts requests back where they were in their queue', () => {
        const { liar, begin, one, two } = story();
        begin();
        const mark = liar.properties.save();
        liar.step(one);
        liar.properties.restore(mark);
        expect(broken(() => liar.step(two))?.[0]).toBe(3);
    });
});

describe('a history that began before the first step', () => {
    it('is not held against messages that nobody saw leave, but states still count', () => {
        const { liar, one, call } = story(false);
        liar.step(one);
        liar.properties.quiescent();
        expect(broken(() => liar.step(call, {}, 'execute', () => liar.versions[LEDGER]!++))?.[0]).toBe(1);
    });
});
