/** What can be wrong with a declaration of generated programs. */
import { z } from 'zod';
import type { ProgramsSpec } from './generate.ts';

const actor = z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_.-]*$/, 'must be a name: letters, digits, ".", "-" and "_", beginning with a letter');
const count = z.number('must be a whole number').int('must be a whole number').min(1, 'must be at least 1');
// By shape: a user's project may carry its own copy of fast-check.
const arbitrary = z.custom(
    value => typeof (value as { generate?: unknown } | null | undefined)?.generate === 'function',
    'must be a fast-check arbitrary'
);
const args = z.union(
    [z.array(arbitrary), arbitrary],
    'must be a list of fast-check arbitraries, one for each parameter, or one for all of them'
);
const draw = z.strictObject({
    args,
    weight: z.number().int('must be a whole number').min(1, 'must be at least 1').optional(),
    actors: z.array(actor).min(1, 'must name at least one actor').optional()
});
const method = z.custom(
    value => Array.isArray(value) || (typeof value === 'object' && value !== null),
    'must be a list of fast-check arbitraries, or { args, weight, actors }'
);
const spec = z.strictObject({
    actors: z.array(actor).min(1, 'must name at least one actor'),
    calls: z.union([count, z.tuple([count, count])], 'must be a number of calls, or [least, most]; at least 1'),
    methods: z.record(z.string().min(1), z.record(z.string().min(1), method)),
    sessions: z.enum(['at-once', 'after-reply', 'mixed', 'one-call']).optional(),
    overlap: count.optional(),
    swarm: z.boolean().optional()
});

/** Everything that is wrong, one sentence each; empty when it is valid. Pure. */
export function programsProblems(declared: ProgramsSpec): string[] {
    const problems = issuesOf(spec, declared, '');
    if (problems.length > 0) return problems;
    return [...methodProblems(declared), ...numberProblems(declared)];
}

function issuesOf(schema: z.ZodType, value: unknown, prefix: string): string[] {
    const parsed = schema.safeParse(value);
    if (parsed.success) return [];
    return parsed.error.issues.map(issue => {
        const text = issue.code === 'unrecognized_keys' ? `has unknown keys: ${issue.keys.join(', ')}` : issue.message;
        const path = [prefix, ...issue.path.map(String)].filter(part => part !== '').join('.');
        return path === '' ? text : `\`${path}\`: ${text}`;
    });
}

function methodProblems({ actors, methods }: ProgramsSpec): string[] {
    const problems: string[] = [];
    let found = 0;
    for (const [canister, byName] of Object.entries(methods)) {
        for (const [name, drawn] of Object.entries(byName)) {
            found++;
            const path = `methods.${canister}.${name}`;
            const isArguments = Array.isArray(drawn) || 'generate' in drawn;
            problems.push(...issuesOf(isArguments ? args : draw, drawn, path));
            const named: unknown = isArguments || !('actors' in drawn) ? [] : drawn.actors;
            for (const each of Array.isArray(named) ? named : []) {
                if (!actors.includes(each))
                    problems.push(`\`${path}.actors\`: there is no actor "${each}"; declared: ${actors.join(', ')}`);
            }
        }
    }
    if (found === 0) problems.push('`methods` is empty: there is nothing to call');
    return problems;
}

function numberProblems({ actors, calls, methods, sessions, overlap }: ProgramsSpec): string[] {
    const problems: string[] = [];
    const [least, most] = typeof calls === 'number' ? [calls, calls] : calls;
    if (least > most) problems.push(`\`calls\`: the least, ${least}, is more than the most, ${most}`);
    const twice = actors.find((each, index) => actors.indexOf(each) !== index);
    if (twice !== undefined) problems.push(`\`actors\`: "${twice}" is named twice`);
    if (sessions !== 'one-call') return problems;
    if (most > actors.length)
        problems.push(`\`sessions\`: one call each, but ${most} calls and only ${actors.length} actors`);
    if (overlap !== undefined)
        problems.push('`overlap`: with one call each nobody has an earlier call to wait for; remove it');
    if (Object.values(methods).some(each => Object.values(each).some(draws => 'actors' in draws)))
        problems.push('`sessions`: with one call each actors take turns; remove `actors` from the methods');
    return problems;
}
