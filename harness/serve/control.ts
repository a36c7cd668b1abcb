/**
 * The control interface of stepped mode: what may execute, execute one, inject a fault, run a round, move the clock. JSON
 * in and out, numbers of nanoseconds and cycles as decimal text.
 */
import { z } from 'zod';
import { principalText } from '../replica/index.ts';
import type { Execution, Message, RejectCode, Replica } from '../replica/index.ts';
import { fromHex, hex } from './bytes.ts';
import { BadRequestError } from './errors.ts';
import type { ServedNode } from './node.ts';

/** A command: what it takes, and what it does. */
interface Command {
    readonly run: (node: ServedNode, body: unknown) => object;
}

/** Timestamps are nat64. */
const TIME_NS_MAX = 2n ** 64n - 1n;
const PATH = z.string().max(100_000);
const DECIMAL = z.string().regex(/^\d{1,30}$/);
const STEP = z.strictObject({ path: PATH });
const REJECT = z.strictObject({ path: PATH, code: z.int().min(1).max(5), message: z.string().max(10_000) });
const EXPIRE = z.strictObject({ path: PATH, queued: z.enum(['dropped', 'delivered-later']).optional() });
const ADVANCE = z.strictObject({ advanceNs: DECIMAL });
const HEADER = z.strictObject({ name: z.string(), value: z.string() });
const RESPONSE = z.strictObject({
    path: PATH,
    status: z.int().min(100).max(599),
    headers: z.array(HEADER).optional(),
    bodyHex: z.string().regex(/^(?:[0-9a-f]{2})*$/).optional()
});
const NOTHING = z.strictObject({});

/** Commands by the last part of their URL, `/_/NAME`. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map([
    command('step', STEP, ({ replica }, { path }) => executionOf(replica, replica.execute(enabled(replica, path)))),
    command('reject', REJECT, ({ replica }, { path, code, message }) =>
        executionOf(replica, replica.reject(queued(replica, path), code as RejectCode, message))
    ),
    command('expire', EXPIRE, ({ replica }, { path, queued: fate }) => {
        const request = byPath(replica.expirable(), path, 'is no bounded-wait call whose caller waits');
        return executionOf(replica, fate === undefined ? replica.expire(request) : replica.expire(request, fate));
    }),
    command('outcall', RESPONSE, ({ replica }, { path, status, headers = [], bodyHex = '' }) => {
        const outcalls = replica.outcalls().map(({ message }) => message);
        const outcall = byPath(outcalls, path, 'is no HTTP outcall that waits for an answer');
        const body = fromHex(bodyHex) as Uint8Array;
        return { path: replica.answerOutcall(outcall, { kind: 'response', status, headers, body }).path };
    }),
    command('round', NOTHING, ({ replica }) => ({ executed: replica.executeRound() })),
    command('settle', NOTHING, ({ replica }) => ({ executed: replica.settle() })),
    command('time', ADVANCE, (node, { advanceNs }) => {
        const { replica } = node;
        if (replica.time() + BigInt(advanceNs) > TIME_NS_MAX) {
            throw new BadRequestError(`time: advanceNs is too large: time ends at ${TIME_NS_MAX} ns.`);
        }
        replica.advanceTime(BigInt(advanceNs));
        node.expireCalls();
        return { timeNs: String(replica.time()) };
    })
]);

/** Everything that a command can name. */
export function stateOf({ replica, history, height }: ServedNode): object {
    const timer = replica.nextTimer();
    return {
        timeNs: String(replica.time()),
        ...(timer === undefined ? {} : { nextTimerNs: String(timer) }),
        height,
        calls: history.size,
        quiescent: replica.quiescent(),
        enabled: replica.enabled().map((message) => messageOf(replica, message)),
        inFlight: replica.inFlight().map(({ path }) => path),
        expirable: replica.expirable().map(({ path }) => path),
        outcalls: replica.outcalls().map(({ message, request: { url, method, headers, body } }) => {
            return { path: message.path, url, method, headers, bodyHex: hex(body) };
        })
    };
}

function command<Body extends z.ZodType>(
    name: string,
    schema: Body,
    run: (node: ServedNode, body: z.infer<Body>) => object
): [string, Command] {
    const checked = (node: ServedNode, body: unknown): object => {
        const parsed = schema.safeParse(body);
        if (!parsed.success) {
            throw new BadRequestError(`${name}: ${z.prettifyError(parsed.error)}`);
        }
        try {
            return run(node, parsed.data);
        } finally {
            node.executed();
        }
    };
    return [name, { run: checked }];
}

function messageOf(replica: Replica, message: Message): object {
    const { path, kind, canister, sender, method, data, bestEffort, cycles, reject } = replica.describe(message);
    return {
        path,
        kind,
        canister: canister.text,
        ...(kind === 'timer' ? {} : { sender: principalText(sender), method, dataHex: hex(data) }),
        ...(reject === undefined ? {} : { reject }),
        ...(bestEffort ? { bestEffort } : {}),
        ...(cycles === 0n ? {} : { cycles: String(cycles) })
    };
}

function executionOf(replica: Replica, execution: Execution): object {
    const { message, kind, canister, status, error, cleanup, sent, responses, answeredRoot, prints, steps } = execution;
    return {
        path: message.path,
        kind,
        canister: replica.addressAt(canister).text,
        status,
        ...(error === undefined ? {} : { error }),
        cleanup,
        sent: sent.map(({ path }) => path),
        responses: responses.map(({ path }) => path),
        answered: answeredRoot,
        prints,
        steps: String(steps)
    };
}

function enabled(replica: Replica, path: string): Message {
    return byPath(replica.enabled(), path, 'may not execute now');
}

function queued(replica: Replica, path: string): Message {
    return byPath([...replica.enabled(), ...replica.inFlight()], path, 'is not waiting to be executed');
}

function byPath(messages: readonly Message[], path: string, problem: string): Message {
    const message = messages.find((each) => each.path === path);
    if (message === undefined) {
        throw new BadRequestError(`The message '${path.slice(0, 200)}' ${problem}; GET /_/state lists them.`);
    }
    return message;
}
