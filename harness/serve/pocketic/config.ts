/** What an instance consists of, as its creator asks for it (InstanceConfig of PocketIC's REST interface). */
import { z } from 'zod';
import { PocketIcError, unsupported } from './errors.ts';

/** Kinds of subnets that clients know by name. */
export type SubnetKind =
    | 'NNS' | 'SNS' | 'II' | 'Fiduciary' | 'Bitcoin' | 'System' | 'Application' | 'VerifiedApplication';

/** One subnet that is asked for. */
export interface SubnetWish {
    readonly kind: SubnetKind;
    readonly costSchedule: 'Normal' | 'Free';
    readonly instructions: 'Production' | 'Benchmarking';
}

/** Making the key of one takes milliseconds in which nobody else is answered. */
const SUBNETS_MAX = 100;

const SPEC = z.looseObject({
    instruction_config: z.enum(['Production', 'Benchmarking']).default('Production'),
    cost_schedule: z.enum(['Normal', 'Free']).default('Normal'),
    state_config: z.union([z.literal('New'), z.looseObject({ FromPath: z.string() })]).default('New')
});
type Spec = z.output<typeof SPEC>;

const ONE = SPEC.nullish();
const MANY = z.array(SPEC).default([]);
const CONFIG = z.looseObject({
    subnet_config_set: z.looseObject({
        nns: ONE,
        sns: ONE,
        ii: ONE,
        fiduciary: ONE,
        bitcoin: ONE,
        system: MANY,
        application: MANY,
        verified_application: MANY,
        cloud_engine: MANY
    }),
    icp_features: z.record(z.string(), z.unknown()).nullish(),
    state_dir: z.unknown().optional(),
    initial_time: z.unknown().optional(),
    bitcoind_addr: z.unknown().optional(),
    dogecoind_addr: z.unknown().optional(),
    http_gateway_config: z.unknown().optional(),
    mainnet_nns_subnet_id: z.unknown().optional(),
    disable_ingress_validation: z.unknown().optional()
});

/** What would change what a test sees, and is not there: asked for, unless it is left out, null or false. */
const ABSENT = {
    state_dir: 'leave it out',
    initial_time: 'set the time when the instance is there',
    bitcoind_addr: 'leave it out',
    dogecoind_addr: 'leave it out',
    http_gateway_config: 'ask for a gateway with POST /http_gateway',
    mainnet_nns_subnet_id: 'leave it out',
    disable_ingress_validation: 'sign what agents send'
} as const;

/** The subnets of an instance, in PocketIC's order. Throws `PocketIcError` for what is wrong or not supported. */
export function wishesOf(body: unknown): readonly SubnetWish[] {
    const parsed = CONFIG.safeParse(body);
    if (!parsed.success) throw new PocketIcError(`Bad config: ${z.prettifyError(parsed.error)}`);
    const { subnet_config_set: set, icp_features: features, ...rest } = parsed.data;
    for (const [name, value] of Object.entries(features ?? {})) {
        if (value !== undefined && value !== null)
            throw unsupported(`icp_features.${name}`, 'install the system canister that the test needs by itself');
    }
    for (const [name, instead] of Object.entries(ABSENT)) {
        const value = rest[name as keyof typeof ABSENT] ?? false;
        if (value !== false) throw unsupported(`'${name}' of an instance`, instead);
    }
    if (set.cloud_engine.length > 0) throw unsupported('cloud engine subnets', 'use an application subnet');
    const named: readonly (readonly [SubnetKind, readonly Spec[]])[] = [
        ['NNS', one(set.nns)],
        ['SNS', one(set.sns)],
        ['II', one(set.ii)],
        ['Fiduciary', one(set.fiduciary)],
        ['Bitcoin', one(set.bitcoin)],
        ['System', set.system],
        ['Application', set.application],
        ['VerifiedApplication', set.verified_application]
    ];
    const wishes = named.flatMap(([kind, specs]) => specs.map((spec) => wishOf(kind, spec)));
    if (wishes.length > SUBNETS_MAX) throw unsupported(`more than ${SUBNETS_MAX} subnets`, 'ask for fewer');
    if (wishes.length === 0) throw new PocketIcError('SubnetConfigSet must contain at least one subnet');
    return wishes;
}

function one(spec: Spec | null | undefined): readonly Spec[] {
    return spec === null || spec === undefined ? [] : [spec];
}

function wishOf(kind: SubnetKind, spec: Spec): SubnetWish {
    if (spec.state_config !== 'New') {
        const what = `a subnet with the state of a directory (${spec.state_config.FromPath})`;
        throw unsupported(what, 'start with a new one');
    }
    return { kind, costSchedule: spec.cost_schedule, instructions: spec.instruction_config };
}
