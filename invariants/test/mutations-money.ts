/** Edits of `vault`, `funds` and `bounded`. */
import { body } from './edits.ts';
import type { Mutation } from './edits.ts';

const TRANSFER = 'isOk(await ledger.transfer(Principal.toText(caller), amount))';
const TRIES = `let ok = try { ${TRANSFER} }`;

/** What follows `withdraw_guarded`. */
const NEXT_ROW = '\n    };\n\n    /// Row `withdraw-no-check`. Breaks.';

export const DESK: readonly Mutation[] = [
    {
        what: 'the lock not opened',
        edits: [{ find: '} finally {\n            locked := false;', by: '} finally {\n            ();' }],
        breaks: ['trap-in-callback/fixed']
    }
];

export const SWEEPER: readonly Mutation[] = [
    {
        what: 'taken after the await',
        edits: [
            {
                find: 'collected -= amount;\n            ignore await ledger.transfer("treasury", amount);',
                by: 'ignore await ledger.transfer("treasury", amount);\n            collected := 0;'
            }
        ],
        breaks: ['heartbeat-race/fixed']
    }
];

export const PAYOUTS: readonly Mutation[] = [
    {
        what: 'the clock not looked at',
        edits: [{ find: 'Time.now() >= due;', by: 'not isSet;' }],
        breaks: ['timer-trap/fixed']
    }
];

export const VAULT: readonly Mutation[] = [
    {
        what: 'the check dropped',
        edits: [
            {
                find: `withdraw_guarded(amount : Int) : async Bool {\n${body('if (balance < amount) return false;')}`,
                by: 'withdraw_guarded(amount : Int) : async Bool {'
            }
        ],
        breaks: ['withdraw-guarded', 'withdraw-guarded/three-calls', 'late-answer']
    },
    {
        what: 'nothing given back',
        edits: [
            {
                find: `${body('if (not ok) { balance += amount };', 'ok;')}${NEXT_ROW}`,
                by: `${body('ok;')}${NEXT_ROW}`
            }
        ],
        breaks: ['callee-gone', 'callee-gone/refused']
    },
    {
        what: 'a balance that no upgrade keeps',
        edits: [
            {
                find: 'var balance : Int = initial;\n\n    public func deposit(',
                by: 'transient var balance : Int = initial;\n\n    public func deposit('
            }
        ],
        breaks: ['upgrade-between']
    },
    {
        what: 'the roll back uses the balance of before the await',
        edits: [{ find: 'balance := now + amount;', by: 'ignore now; balance := before + amount;' }],
        breaks: ['vault-rollback', 'vault-rollback/three-calls']
    },
    {
        what: 'the balance reduced before the await, and given back',
        edits: [
            {
                find: body('let before = balance;', 'if (before < amount) return false;', TRIES),
                by: body('if (balance < amount) return false;', 'balance -= amount;', TRIES)
            },
            { find: 'if (not ok) return false;', by: 'if (not ok) { balance += amount; return false };' },
            { find: body('balance := before - amount;', 'true;'), by: body('true;') }
        ],
        mends: ['vault-stale/lost-update', 'vault-stale/lost-deposit', 'vault-stale/overdraw', 'late-answer/stale']
    },
    {
        what: 'the roll back adds to the balance as it is',
        edits: [{ find: 'balance := before + amount;', by: 'balance += amount;' }],
        breaks: ['vault-rollback-stale/net-change'],
        mends: ['vault-rollback-stale']
    },
    {
        what: 'the check put in',
        edits: [
            {
                find: 'withdraw_no_check(amount : Int) : async Bool {',
                by: `withdraw_no_check(amount : Int) : async Bool {\n${body('if (balance < amount) return false;')}`
            }
        ],
        mends: ['withdraw-no-check']
    },
    {
        what: 'the roll back put in',
        edits: [{ find: '// Nothing is given back:', by: 'if (not ok) { balance += amount };\n        //' }],
        mends: ['withdraw-no-rollback', 'callee-gone/stopped']
    },
    {
        what: 'the two lines swapped back',
        edits: [
            {
                find: `withdraw_swapped(amount : Int) : async Bool {\n${body('if (balance < amount) return false;')}`,
                by: `withdraw_swapped(amount : Int) : async Bool {\n${body(
                    'if (balance < amount) return false;',
                    'balance -= amount;'
                )}`
            },
            { find: 'passed the same check.\n        balance -= amount;', by: 'passed the same check.' }
        ],
        mends: ['withdraw-swapped']
    },
    {
        what: 'the amount given back instead of the balance of before',
        edits: [{ find: 'balance := original', by: 'ignore original; balance += amount' }],
        mends: ['withdraw-snapshot']
    }
];

const STALE_READ = body('let before = funds;', 'ignore await ledger.balance();', 'before;');
const STALE_TEXT = body('let before = text;', 'ignore await ledger.balance();', 'text := before # addition;');

export const FUNDS: readonly Mutation[] = [
    {
        what: 'the decrement moved behind the await',
        edits: [
            {
                find: body('funds -= amount;', 'isOk(await ledger.transfer(Principal.toText(caller), amount));'),
                by: body(`let ok = ${TRANSFER};`, 'if (ok) funds -= amount;', 'ok;')
            }
        ],
        breaks: [
            'withdraw-10/before',
            'withdraw-10/before-three-calls',
            'lock-withdraw/before',
            'lock-withdraw/before-four-calls'
        ]
    },
    {
        what: 'the decrement moved before the await',
        edits: [
            {
                find: `withdraw_after(amount : Int) : async Bool {\n${body('if (funds < amount) return false;')}`,
                by: `withdraw_after(amount : Int) : async Bool {\n${body(
                    'if (funds < amount) return false;',
                    'funds -= amount;'
                )}`
            },
            { find: body('if (ok) funds -= amount;', 'ok;'), by: body('ok;') }
        ],
        mends: ['withdraw-10/after', 'lock-withdraw/after']
    },
    {
        what: 'the value read before an await',
        edits: [
            {
                find: 'public func read_funds() : async Int { funds };',
                by: `public func read_funds() : async Int {\n${STALE_READ}\n    };`
            }
        ],
        breaks: ['lock-reads', 'lock-reads/four-calls']
    },
    {
        what: 'the value read after the await',
        edits: [{ find: body('before;'), by: body('ignore before;', 'funds;') }],
        mends: ['lock-reads/mutant']
    },
    {
        what: 'the whole map copied before the await and written back after it',
        edits: [
            {
                find: body('let before = entry(users, caller);'),
                by: body('let copy = Map.clone(users);', 'let before = entry(users, caller);')
            },
            {
                find: body('Map.add(users, Principal.compare, caller, before - amount);'),
                by: body('users := copy;', 'Map.add(users, Principal.compare, caller, before - amount);')
            }
        ],
        breaks: ['per-user-map/entries', 'per-user-map/entries-three-users']
    },
    {
        what: 'one entry written instead of the map',
        edits: [{ find: 'users := copy;', by: 'Map.add(users, Principal.compare, caller, before - amount);' }],
        mends: ['per-user-map/snapshot']
    },
    {
        what: 'an await between reading and writing the text',
        edits: [
            {
                find: 'append_text(addition : Text) : async () { text := text # addition };',
                by: `append_text(addition : Text) : async () {\n${STALE_TEXT}\n    };`
            }
        ],
        breaks: ['append-text', 'append-text/four-calls']
    },
    {
        what: 'the text read again after the await',
        edits: [{ find: 'text := before # addition;', by: 'ignore before; text := text # addition;' }],
        mends: ['append-text/mutant']
    }
];

export const BOUNDED: readonly Mutation[] = [
    {
        what: 'a timeout put in',
        edits: [{ find: 'isOk(await ledger.transfer', by: 'isOk(await (with timeout = 5) ledger.transfer' }],
        breaks: ['vault-rollback-bounded/fixed']
    },
    {
        what: 'the timeout dropped',
        edits: [{ find: 'isOk(await (with timeout = 5) ledger.transfer', by: 'isOk(await ledger.transfer' }],
        mends: ['vault-rollback-bounded']
    },
    {
        what: 'the check dropped',
        edits: [
            {
                find: `withdraw_bounded(to : Text, amount : Int) : async Bool {\n${body(
                    'let before = balance;',
                    'if (before < amount) return false;'
                )}`,
                by: `withdraw_bounded(to : Text, amount : Int) : async Bool {\n${body('let before = balance;')}`
            }
        ],
        breaks: ['vault-rollback-bounded/rejected-only']
    },
    {
        what: 'the timeout of the bounded-wait call dropped',
        edits: [{ find: 'await (with timeout = 5) counter.increment()', by: 'await counter.increment()' }],
        breaks: ['bounded-wait']
    }
];
