/** Edits of `counter`, `queue` and `commit-points`. */
import { body } from './edits.ts';
import type { Mutation } from './edits.ts';

export const COUNTER: readonly Mutation[] = [
    {
        what: 'the increment before the await dropped',
        edits: [{ find: body('x += 1;', '// Commit point:'), by: body('// Commit point:') }],
        breaks: ['observe-intermediate', 'modify-intermediate']
    },
    {
        what: 'the comparison dropped',
        edits: [{ find: 'if (x != before) return false;', by: 'ignore before;' }],
        breaks: ['detect-shift']
    }
];

const NO_REPLY = '// Not the reply, but `i` when this call goes on: others may have counted since foo replied.';

export const QUEUE: readonly Mutation[] = [
    {
        what: 'the second count read from `i` instead of the reply',
        edits: [{ find: 'let i2 = await foo();', by: 'ignore await foo(); let i2 = i;' }],
        breaks: ['halt-2', 'halt-30', 'halt-100', 'halt-30/production', 'halt-100/production']
    },
    {
        what: 'the replies used instead of `i`',
        edits: [
            { find: body('ignore await foo();', NO_REPLY, 'let i1 = i;'), by: body('let i1 = await foo();') },
            { find: body('ignore await foo();', 'let i2 = i;'), by: body('let i2 = await foo();') }
        ],
        breaks: ['halt-2-read'],
        mends: ['halt-30/mutant']
    },
    {
        what: 'an await between the increment and the second read',
        edits: [
            {
                find: `greet(name : Text) : async Text {\n${body('let i0 = i;', 'i += 1;')}`,
                by: `greet(name : Text) : async Text {\n${body('let i0 = i;', 'i += 1;', 'await pause();')}`
            }
        ],
        breaks: ['no-await']
    },
    {
        what: 'what the query method adds kept by its caller',
        edits: [
            {
                find: body('let i1 = await add_in_query();', 'let i2 = i;'),
                by: body('let i1 = await add_in_query();', 'i := i1;', 'let i2 = i;')
            }
        ],
        breaks: ['query-mutation']
    }
];

/** `x += 1; x += 1;` with a commit point between. */
function splitIncrement(method: string): Mutation['edits'] {
    const head = `public func ${method}() : async Bool {`;
    return [
        { find: `${head}\n${body('x += 1;')}`, by: `${head}\n${body('x += 1;', 'await async {};')}` }
    ];
}

/** B's method that fails replaced by the one that does not. */
function succeeds(call: string): Mutation['edits'] {
    return [{ find: `await callee.${call}; "reply"`, by: 'await callee.increment_y(); "reply"' }];
}

/** What can fail moved behind the call. */
function failsLate(fails: string): Mutation['edits'] {
    const calls = ['x += 1;', 'await other.increment();'];
    return [{ find: body(`if (x > 0) ${fails}`, ...calls), by: body(...calls, `if (x > 0) ${fails}`) }];
}

const BEFORE_AWAIT: readonly Mutation[] = [
    {
        what: 'an await between the increments',
        edits: splitIncrement('double_increment'),
        breaks: ['atomic-increment']
    },
    {
        what: 'an await between the increments',
        edits: splitIncrement('double_increment_trap'),
        breaks: ['atomic-trap']
    },
    {
        what: 'the trap moved behind the await',
        edits: [
            {
                find: body('assert false;', 'let ok = await callee.bar();'),
                by: body('let ok = await callee.bar();', 'assert false;')
            }
        ],
        breaks: ['trap-before-await']
    },
    {
        what: 'the write after the await weakened',
        edits: [
            {
                find: `await callee.increment_y(); "reply" } catch error { told(error) };\n${body('x += 2;')}`,
                by: `await callee.increment_y(); "reply" } catch error { told(error) };\n${body('x += 1;')}`
            }
        ],
        breaks: ['commit-points', 'missing-method']
    },
    { what: 'B does not trap', edits: succeeds('increment_y_trap()'), breaks: ['callee-trap'] },
    { what: 'B does not reject', edits: succeeds('increment_y_reject()'), breaks: ['callee-reject'] },
    {
        what: 'B does not trap late',
        edits: [...succeeds('increment_y_late_trap(c)')].map((edit) => ({ ...edit, by: `ignore c; ${edit.by}` })),
        breaks: ['callee-late-trap']
    },
    {
        what: 'the second call dropped',
        edits: [
            {
                find: body('x += 2;', 'await callee.increment_y();', '"reply";'),
                by: body('x += 2;', '"reply";')
            }
        ],
        breaks: ['two-calls']
    }
];

const AFTER_AWAIT: readonly Mutation[] = [
    {
        what: 'the finally block dropped',
        edits: [{ find: 'throw error;\n        } finally { finallys += 1 };', by: 'throw error;\n        };' }],
        breaks: ['callback-trap-catch/motoko']
    },
    {
        what: 'the refund dropped',
        edits: [{ find: 'balance += amount;\n            false;', by: 'false;' }],
        breaks: ['callback-trap-catch/fixed']
    },
    {
        what: 'the increment of stateVar dropped',
        edits: [
            {
                find: `increment_both_throw(canister2 : Principal) : async () {\n${body(
                    'let other : Callee = Principal.toActor(canister2);',
                    'x += 1;'
                )}`,
                by: `increment_both_throw(canister2 : Principal) : async () {\n${body(
                    'let other : Callee = Principal.toActor(canister2);'
                )}`
            }
        ],
        breaks: ['increment-both-throw/motoko']
    },
    {
        what: 'the throw moved behind the call',
        edits: failsLate('throw Error.reject("Failed to complete the operation.");'),
        breaks: ['increment-both-throw/fixed']
    },
    {
        what: 'the trap moved behind the call',
        edits: failsLate('Runtime.trap("Failed to complete the operation.");'),
        breaks: ['increment-both-trap/fixed']
    },
    {
        what: 'the #err moved behind the call',
        edits: failsLate('return #err "Failed to complete the operation.";'),
        breaks: ['increment-both-err/fixed']
    },
    {
        what: 'the two requests swapped',
        edits: [
            { find: 'callee.log("m1")', by: 'callee.log("m2")' },
            { find: 'callee.log("m2")', by: 'callee.log("m1")' }
        ],
        breaks: ['fifo-two-requests']
    },
    {
        what: 'block 1 moved behind the await',
        edits: [
            {
                find: body('List.add(lines, name # "a");', 'await callee.increment_y();'),
                by: body('await callee.increment_y();', 'List.add(lines, name # "a");')
            }
        ],
        breaks: ['example-twice']
    }
];

export const COMMIT_POINTS: readonly Mutation[] = [...BEFORE_AWAIT, ...AFTER_AWAIT];

const AFTER_OUTCALL =
    '// Reserved after the outcall, not before: a second call that came meanwhile passed the same check.';

export const OUTCALL: readonly Mutation[] = [
    {
        what: 'the write after the outcall dropped where it failed',
        edits: [{ find: body('x += 2;', 'answer;'), by: body('if (answer != "failed") x += 2;', 'answer;') }],
        breaks: ['http-outcall-await']
    },
    {
        what: 'reserved before the outcall',
        edits: [
            {
                find: `withdraw_swapped(amount : Int) : async Bool {\n${body('if (balance < amount) return false;')}`,
                by: `withdraw_swapped(amount : Int) : async Bool {\n${body(
                    'if (balance < amount) return false;',
                    'balance -= amount;'
                )}`
            },
            {
                find: body(AFTER_OUTCALL, 'if (ok) { balance -= amount; paid += amount };'),
                by: body('if (ok) { paid += amount } else { balance += amount };')
            }
        ],
        mends: ['http-outcall-await/swapped']
    },
    {
        what: 'nothing given back',
        edits: [
            { find: 'if (ok) { paid += amount } else { balance += amount };', by: 'if (ok) { paid += amount };' }
        ],
        breaks: ['http-outcall-await/reserved']
    }
];
