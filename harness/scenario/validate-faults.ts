/** The shape of declared faults, and which of their fields go together. */
import { z } from 'zod';
import type { FaultKind, FaultSpec } from './types.ts';

const name = z.string().min(1);
/** What of a canister runs without a call. */
const TASKS = ['timer', 'heartbeat', 'hook'] as const;

export const fault = z.strictObject({
    fault: z.enum([
        'reject', 'expire', 'trap', 'full-queue', 'late', 'never',
        'stop', 'out-of-cycles', 'uninstall', 'upgrade', 'snapshot', 'uninspected', 'heartbeat',
        'clock'
    ]),
    callee: name.optional(),
    method: name.optional(),
    canister: name.optional(),
    // SYS_UNKNOWN is what an expired bounded-wait call receives; a reject before delivery never carries it (specification, "Reject codes").
    codes: z
        .union([
            z.array(z.number().int().min(1).max(5, 'must be 1 to 5: SYS_UNKNOWN comes from `expires`')).min(1),
            z.literal('all')
        ])
        .optional(),
    of: z.enum(['requests', 'ingress', 'both']).optional(),
    queued: z.enum(['dropped', 'delivered-later', 'either']).optional(),
    in: z.enum(['callee', 'callback', 'either', 'cleanup', 'ingress', ...TASKS]).optional(),
    at: z.enum(['start', 'end']).optional(),
    room: z.number().int().min(0).optional(),
    seconds: z.number().positive().optional(),
    max: z.union([z.number().int().min(1), z.literal(Infinity)]).optional()
});

type Field = Exclude<keyof FaultSpec, 'fault' | 'max'>;

const CALL: readonly Field[] = ['callee', 'method'];
const CANISTER: readonly Field[] = ['canister'];

/** What each kind may say besides `max`. */
const FIELDS: Readonly<Record<FaultKind, readonly Field[]>> = {
    reject: [...CALL, 'codes', 'of'],
    expire: [...CALL, 'queued'],
    trap: [...CALL, 'canister', 'in', 'at'],
    'full-queue': [...CALL, 'room'],
    late: CALL,
    never: CALL,
    stop: CANISTER,
    'out-of-cycles': CANISTER,
    uninstall: CANISTER,
    upgrade: CANISTER,
    snapshot: CANISTER,
    uninspected: CALL,
    heartbeat: CANISTER,
    clock: ['seconds']
};

/** Why a field is not for this kind, where a name alone would not say it. */
const REASONS: Partial<Record<Field, string>> = {
    queued: 'only calls that expire may be delivered later; remove it',
    codes: 'only a reject has a code of its own; remove the codes',
    of: 'only rejects strike ingress messages; remove it',
    in: 'only traps choose what of a call or a canister they strike; remove it',
    at: 'only traps are at the start or at the end; remove it',
    room: 'only a full queue has room for some calls; remove it',
    seconds: 'only the clock moves by seconds; remove it',
    canister: 'this fault strikes calls: say `callee` or `method`',
    callee: 'this fault strikes a canister, not calls: say `canister`',
    method: 'this fault strikes a canister, not calls; remove it'
};

/** These may strike at any point, again and again: without a bound no schedule would end. */
const ENDLESS: readonly FaultKind[] = ['stop', 'out-of-cycles', 'upgrade', 'snapshot', 'heartbeat', 'clock'];

/** What is wrong with a fault of valid shape, one sentence each. Pure. */
export function faultProblems(spec: FaultSpec, where: string): string[] {
    const allowed = fieldsOf(spec);
    const problems = (Object.keys(REASONS) as Field[])
        .filter(field => spec[field] !== undefined && !allowed.includes(field))
        .map(field => `\`${where}.${field}\`: ${reason(field, spec.fault)}`);
    if (spec.max === Infinity && (ENDLESS.includes(spec.fault) || spec.in === 'heartbeat'))
        problems.push(`\`${where}.max\`: "${spec.fault}" may happen at any time and would for ever; give a number`);
    if (spec.in === 'cleanup' && spec.at === 'end')
        problems.push(`\`${where}.at\`: a cleanup traps at its start; remove it`);
    if (spec.of === 'ingress' && Array.isArray(spec.codes) && spec.codes.some(code => code > 2))
        problems.push(`\`${where}.codes\`: the system rejects ingress with SYS_FATAL (1) or SYS_TRANSIENT (2) only`);
    return problems;
}

/** A trap strikes calls, or what runs in a canister without one. */
function fieldsOf({ fault, in: where }: FaultSpec): readonly Field[] {
    if (fault !== 'trap') return FIELDS[fault];
    const isTask = TASKS.some(each => each === where);
    return FIELDS.trap.filter(field => (isTask ? !CALL.includes(field) : field !== 'canister'));
}

function reason(field: Field, kind: FaultKind): string {
    if (field === 'codes' && kind === 'expire') return 'an expired call always receives SYS_UNKNOWN; remove the codes';
    if (field === 'callee' && kind === 'clock') return 'the clock is everybody\'s; remove it';
    if (field === 'canister' && kind === 'clock') return 'the clock is everybody\'s; remove it';
    return REASONS[field]!;
}
