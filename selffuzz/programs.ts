/** Kind: valid modules that call the System API in random order, with random arguments, from random contexts. */
import fc from 'fast-check';
import type { Kind } from './kind.ts';
import { kind } from './kind.ts';
import { compile, programText } from './program-text.ts';
import type { Act, Operation, Program } from './program-types.ts';
import { CALLBACKS, METHODS, SYSTEM_ENTRIES } from './program-types.ts';
import { differs } from './twins.ts';
import type { Twin } from './twins.ts';
import { systemFunctions } from '../harness/replica/ic0/index.ts';

const CANISTERS = 2;
/** Numbers at which something ends: blobs, principals, pages, memories, signed and unsigned types. */
const NUMBERS = [
    0n, 1n, 2n, 3n, 8n, 10n, 16n, 29n, 30n, 32n, 64n, 128n, 300n, 1_000n, 4_090n, 4_096n, 20_000n, 20_001n, 65_535n,
    65_536n, 131_071n, 131_072n, 1_000_000n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 40n, 2n ** 53n,
    2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n
];

const number = fc.oneof(
    { weight: 3, arbitrary: fc.bigInt(0n, 64n) },
    { weight: 3, arbitrary: fc.constantFrom(...NUMBERS) },
    { weight: 1, arbitrary: fc.bigInt(0n, 2n ** 64n - 1n) }
);
const address = fc.oneof(fc.bigInt(0n, 512n), fc.constantFrom(4_090n, 8_190n, 65_530n, 131_064n, 131_070n, 200_000n));
const callback = fc.integer({ min: -1, max: CALLBACKS + 1 });

/** Operations of one body; `if` and `loop` hold others. */
function operations(width: 32 | 64): fc.Arbitrary<Operation> {
    const system = fc.constantFrom(...systemFunctions(width)).chain(({ name, params }) =>
        fc.record({
            do: fc.constant('system' as const),
            name: fc.constant(name),
            args: fc.tuple(...params.map(() => number))
        })
    );
    const { operation } = fc.letrec<{ operation: Operation; simple: Operation }>((tie) => ({
        operation: fc.oneof(
            { depthSize: 'small' },
            { weight: 8, arbitrary: tie('simple') },
            {
                weight: 1,
                arbitrary: fc.record({
                    do: fc.constantFrom('if' as const, 'loop' as const),
                    times: fc.constantFrom(1, 2, 3, 70, 100_000),
                    body: fc.array(tie('operation'), { maxLength: 3 })
                })
            }
        ),
        simple: fc.oneof(
            { weight: 8, arbitrary: system },
            {
                weight: 4,
                arbitrary: fc.record({
                    do: fc.constant('request' as const),
                    callee: fc.integer({ min: 0, max: CANISTERS }),
                    method: fc.nat(METHODS.length),
                    reply: callback,
                    reject: callback,
                    cleanup: fc.option(callback, { nil: undefined }),
                    cycles: fc.option(fc.constantFrom(0n, 1n, 1_000_000n), { nil: undefined }),
                    timeout: fc.option(fc.constantFrom(0, 1, 400), { nil: undefined })
                })
            },
            { weight: 3, arbitrary: fc.record({ do: fc.constant('reply' as const), at: address, size: fc.nat(40) }) },
            { weight: 3, arbitrary: fc.record({ do: fc.constant('store' as const), at: address, value: number }) },
            {
                weight: 2,
                arbitrary: fc.record({
                    do: fc.constantFrom('fill' as const, 'copy' as const, 'init' as const),
                    at: address, from: address, size: fc.oneof(fc.bigInt(0n, 20n), fc.constantFrom(4_096n, 70_000n))
                })
            },
            fc.record({ do: fc.constant('grow' as const), pages: fc.constantFrom(0, 1, 3, 300) }),
            fc.record({ do: fc.constantFrom('trap' as const, 'drop' as const, 'recurse' as const) })
        )
    }));
    return operation;
}

const program: fc.Arbitrary<Program> = fc.constantFrom(32 as const, 64 as const).chain((width) => {
    const body = fc.array(operations(width), { maxLength: 6 });
    return fc.record({
        width: fc.constant(width),
        persistent: fc.boolean(),
        // Entry points that few modules have are absent in most.
        entries: fc.record(Object.fromEntries(SYSTEM_ENTRIES.map((name) => [name, fc.option(body, { freq: 1 })]))),
        methods: fc.tuple(...METHODS.map(() => body)),
        callbacks: fc.tuple(...Array.from({ length: CALLBACKS }, () => body))
    });
});

const canister = fc.nat(CANISTERS - 1);
const act: fc.Arbitrary<Act> = fc.oneof(
    {
        weight: 6,
        arbitrary: fc.record({
            do: fc.constantFrom('submit' as const, 'query' as const, 'accept' as const), canister,
            method: fc.nat(METHODS.length), arg: fc.uint8Array({ maxLength: 40 })
        })
    },
    { weight: 8, arbitrary: fc.record({ do: fc.constant('execute' as const), pick: fc.nat(9) }) },
    {
        weight: 2,
        arbitrary: fc.record({
            do: fc.constantFrom('reject' as const, 'expire' as const), pick: fc.nat(9),
            code: fc.integer({ min: 1, max: 5 })
        })
    },
    {
        weight: 2,
        arbitrary: fc.record({
            do: fc.constant('advance' as const), ns: fc.constantFrom(0n, 1n, 1_000_000_000n, 400_000_000_000n)
        })
    },
    {
        weight: 1,
        arbitrary: fc.record({
            do: fc.constantFrom(
                'upgrade' as const, 'reinstall' as const, 'stop_canister' as const, 'start_canister' as const,
                'uninstall_code' as const, 'canister_status' as const
            ),
            canister
        })
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('settle' as const, 'round' as const, 'undo' as const) }) }
);

interface Input {
    readonly programs: readonly [Program, Program];
    readonly acts: readonly Act[];
}

function perform(twin: Twin, ids: readonly Uint8Array[], modules: readonly Uint8Array[], next: Act): void {
    const { replica } = twin;
    switch (next.do) {
        case 'submit':
        case 'query':
        case 'accept':
            return send(twin, ids[next.canister]!, METHODS[next.method] ?? 'missing', next);
        case 'execute':
            return pick(replica.enabled(), next.pick, (message) =>
                twin.step('execute', () => replica.execute(message))
            );
        case 'reject':
            return pick([...replica.enabled(), ...replica.inFlight()], next.pick, (message) =>
                twin.step('reject', () => replica.reject(message, next.code as 1, 'as a fault'))
            );
        case 'expire':
            return pick(replica.expirable(), next.pick, (message) =>
                twin.step('expire', () => replica.expire(message))
            );
        case 'advance':
            return twin.step('advance', () => void replica.advanceTime(next.ns));
        case 'upgrade':
        case 'reinstall':
            // The other canister's module: callbacks of open calls meet code that knows nothing of them.
            return void twin.install(ids[next.canister]!, modules[1 - next.canister]!, next.do);
        case 'settle':
            return twin.settle();
        case 'round':
            return twin.step('round', () => replica.executeRound());
        case 'undo':
            return undoSome(twin);
        default:
            return twin.manage(next.do, ids[next.canister]!);
    }
}

function send(twin: Twin, id: Uint8Array, method: string, { do: how, arg }: { do: string; arg: Uint8Array }): void {
    if (how === 'query') {
        twin.query(id, method, arg);
    } else if (how === 'submit') {
        twin.tell(`submit ${twin.submit(id, method, arg).path}`);
    } else {
        const refusal = twin.replica.accept({ sender: Uint8Array.of(4), canisterId: id, method, arg });
        twin.tell(`accept: ${JSON.stringify(refusal)}`);
    }
}

function pick<Item>(items: readonly Item[], at: number, use: (item: Item) => void): void {
    const item = items[at % Math.max(1, items.length)];
    if (item !== undefined) {
        use(item);
    }
}

/** Executes what there is and takes it back: the state afterwards has to be that before. */
function undoSome(twin: Twin): void {
    const before = twin.state();
    const mark = twin.replica.mark();
    twin.settle();
    twin.replica.rollback(mark);
    twin.replica.release(mark);
    if (twin.state() !== before) {
        throw new Error(`rollback does not restore: ${before} became ${twin.state()}`);
    }
}

function judge({ programs, acts }: Input): string | undefined {
    const modules = programs.map((each) => compile(programText(each)));
    let ids: Uint8Array[] = [];
    return differs(
        (twin) => {
            ids = modules.map(() => twin.create());
            modules.forEach((module, index) => twin.install(ids[index]!, module));
            twin.tell(`state ${twin.state()}`);
        },
        (twin) => {
            for (const next of acts) {
                perform(twin, ids, modules, next);
                twin.tell(`state ${twin.state()}`);
            }
            twin.settle();
        }
    );
}

function show({ programs, acts }: Input): string {
    const json = (value: unknown): string =>
        JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? `${each}n` : each));
    return [...programs.map((each, at) => `canister ${at}:\n${programText(each)}`), ...acts.map(json)].join('\n');
}

/** Random programs on both memory engines. */
export const programs: Kind = kind<Input>({
    name: 'programs',
    about: 'random programs over the System API: outcomes, prints, states same with either memory; rollback restores',
    draw: fc.record({ programs: fc.tuple(program, program), acts: fc.array(act, { maxLength: 25, size: 'max' }) }),
    judge,
    show
});
