/** The shape of a scenario file. What needs the Candid interfaces (methods, argument types) is checked later, by `bindScenario`. */
import { z } from 'zod';
import { mentionedMethods } from './generate.ts';
import { MANAGEMENT } from './management.ts';
import { fault, faultProblems } from './validate-faults.ts';
import { STRATEGY_WORDS, parseStrategy } from './strategy-name.ts';
import type { CallSpec, Program, ScenarioSpec } from './types.ts';

/** An outcome that the scenario does not list is reported like a broken invariant of this name. */
export const OUTCOMES = 'outcomes';

const NAME = /^[A-Za-z][A-Za-z0-9_.-]*$/;
const name = z.string().regex(NAME, 'must be a name: letters, digits, ".", "-" and "_", beginning with a letter');
// Invariants are named for people.
const title = z.string().regex(/^[^\p{Cc}]{1,80}$/u, 'must be a name of 1 to 80 characters on one line');
const aFunction = z.custom<(...args: never[]) => unknown>(value => typeof value === 'function', 'must be a function');
const count = z.number().int().min(0);
const args = z.union([z.array(z.unknown()), aFunction], 'must be a list of values or a function of the addresses');

const callSpec = z.strictObject({
    actor: name,
    canister: name,
    method: z.string().min(1),
    args,
    order: z.enum(['at-once', 'after-reply']).optional()
});
const outcallAnswer = z.union(
    [
        z.strictObject({
            status: z.number().int().min(100).max(999).optional(),
            headers: z.record(z.string().min(1), z.string()).optional(),
            body: z.union([z.string(), z.custom<Uint8Array>(ArrayBuffer.isView)]).optional()
        }),
        z.strictObject({ rejected: z.string(), code: z.number().int().min(1).max(5).optional() })
    ],
    'must be a response { status, headers, body } or a failure { rejected, code }'
);
/** What a function of the scenario may give, too. */
export const outcallAnswers = z.array(outcallAnswer).min(1, 'must have at least one answer');
const outcall = z.strictObject({
    url: z.string().min(1),
    method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH']).optional(),
    answers: z.union([outcallAnswers, aFunction], 'must be a list of answers or a function of the request')
});
const outcomes = z.strictObject({
    at: z.enum(['commit', 'quiescent']),
    of: aFunction,
    exactly: z.array(z.unknown()).min(1),
    schedules: z.number().int().positive().optional()
});
const expectation = z.discriminatedUnion('verdict', [
    z.strictObject({ verdict: z.literal('holds') }),
    z.strictObject({
        verdict: z.literal('breaks'),
        invariants: z.array(z.string()).min(1),
        minimum: z.strictObject({ calls: count, faults: count, switches: count.optional() }).optional()
    }),
    z.strictObject({ verdict: z.literal('observe'), outcomes: outcomes.optional() })
]);

const spec = z.strictObject({
    about: z.string().min(1),
    canisters: z.record(
        name,
        z.union([z.string().min(1), z.strictObject({ canister: z.string().min(1), init: aFunction.optional() })])
    ),
    languages: z
        .array(z.enum(['motoko', 'azle', 'custom']))
        .min(1)
        .optional(),
    calls: z.custom(
        value => Array.isArray(value) || isArbitrary(value),
        'must be a list of calls or a fast-check arbitrary of one'
    ),
    faults: z.array(fault).optional(),
    outcalls: z.array(outcall).min(1).optional(),
    observe: z
        .record(name, z.strictObject({ canister: name, method: z.string().min(1), args: args.optional() }))
        .optional(),
    model: z.strictObject({ initial: z.unknown(), answered: aFunction }).optional(),
    invariants: z.array(
        z.strictObject({
            name: title,
            when: z.enum(['always', 'quiescent']),
            check: aFunction,
            understands: z.literal('histories').optional()
        })
    ),
    outcomes: outcomes.optional(),
    required: z
        .strictObject({ overlap: z.boolean().optional(), witnessed: z.record(z.string().min(1), aFunction).optional() })
        .optional(),
    expect: expectation.optional(),
    strategy: z
        .custom<string>(value => typeof value === 'string' && parseStrategy(value) !== undefined, STRATEGY_WORDS)
        .optional(),
    schedules: z.number().int().positive().optional(),
    metering: z.enum(['unit', 'instructions', 'auto']).optional()
});

/** True for a generated program. By shape: a user's project may carry its own copy of fast-check. */
export function isArbitrary(program: unknown): program is Exclude<Program, readonly CallSpec[]> {
    const candidate = program as { generate?: unknown; shrink?: unknown } | null;
    return (
        typeof candidate === 'object' &&
        candidate !== null &&
        typeof candidate.generate === 'function' &&
        typeof candidate.shrink === 'function'
    );
}

/** Everything that is wrong with a declaration, one sentence each; empty when it is valid. Pure. */
export function problemsOf(id: string, value: unknown): string[] {
    const problems = /^[A-Za-z0-9][\w.-]*(\/[\w.-]+)*$/.test(id)
        ? []
        : [`the id ${JSON.stringify(id)} must look like "vault-stale/overdraw"`];
    const parsed = spec.safeParse(value);
    if (!parsed.success) return [...problems, ...parsed.error.issues.map(issue => issueText(issue))];
    const declared = value as ScenarioSpec;
    if (!isArbitrary(declared.calls)) problems.push(...programProblems(declared.calls));
    return [...problems, ...referenceProblems(declared)];
}

/** What is wrong with the shape of one program; used again for each generated one. */
export function programProblems(calls: readonly CallSpec[]): string[] {
    if (calls.length === 0) return ['`calls` is empty: there is nothing to run'];
    return calls.flatMap((each, index) => {
        const parsed = callSpec.safeParse(each);
        return parsed.success ? [] : parsed.error.issues.map(issue => issueText(issue, ['calls', index]));
    });
}

function issueText(issue: z.core.$ZodIssue, prefix: readonly PropertyKey[] = []): string {
    const path = [...prefix, ...issue.path].map(String).join('.');
    const text = issue.code === 'unrecognized_keys' ? `has unknown keys: ${issue.keys.join(', ')}` : issue.message;
    return path === '' ? text : `\`${path}\`: ${text}`;
}

function referenceProblems(declared: ScenarioSpec): string[] {
    const problems: string[] = [];
    const roles = Object.keys(declared.canisters);
    const role = (where: string, used: string | undefined): void => {
        if (used !== undefined && !roles.includes(used)) {
            problems.push(`\`${where}\`: there is no canister "${used}"; declared: ${roles.join(', ') || 'none'}`);
        }
    };
    if (roles.length === 0) problems.push('`canisters` is empty: there is nothing to deploy');
    if (isArbitrary(declared.calls)) {
        const called = mentionedMethods(declared.calls).map(({ canister }) => canister);
        for (const each of new Set(called)) role(`calls.methods.${each}`, each);
    } else declared.calls.forEach((each, index) => role(`calls.${index}.canister`, each.canister));
    declared.faults?.forEach((each, index) => {
        if (each.callee !== MANAGEMENT) role(`faults.${index}.callee`, each.callee);
        role(`faults.${index}.canister`, each.canister);
    });
    if (roles.includes(MANAGEMENT)) problems.push(`\`canisters\`: "${MANAGEMENT}" is the management canister`);
    for (const [key, each] of Object.entries(declared.observe ?? {})) role(`observe.${key}.canister`, each.canister);
    problems.push(...(declared.faults ?? []).flatMap((each, index) => faultProblems(each, `faults.${index}`)));
    return [...problems, ...expectationProblems(declared)];
}

function expectationProblems(declared: ScenarioSpec): string[] {
    const problems: string[] = [];
    const names = declared.invariants.map(each => each.name);
    if (names.includes(OUTCOMES))
        problems.push(`\`invariants\`: the name "${OUTCOMES}" is reserved for the outcomes of a scenario`);
    names.forEach((each, index) => {
        if (names.indexOf(each) !== index) problems.push(`\`invariants\`: two are named "${each}"`);
    });
    const { expect } = declared;
    if (expect?.verdict === 'breaks') {
        for (const each of expect.invariants) {
            if (!names.includes(each))
                problems.push(
                    `\`expect.invariants\`: there is no invariant "${each}"; declared: ${names.join(', ') || 'none'}`
                );
        }
    }
    if (expect?.verdict === 'observe') {
        const given = Number(expect.outcomes !== undefined) + Number(declared.outcomes !== undefined);
        if (given === 0) problems.push('`expect`: "observe" needs `outcomes`: write observes({ at, of, exactly })');
        if (given === 2) problems.push('`outcomes` is given twice: in `expect` and at the scenario');
    }
    if (names.length === 0 && declared.outcomes === undefined && expect?.verdict !== 'observe') {
        problems.push('`invariants` is empty and there are no `outcomes`: nothing would be checked');
    }
    return problems;
}
