/** What an instance consists of, as its creator asks for it (InstanceConfig of PocketIC's REST interface). */
import { z } from 'zod';
import { INITIAL_TIME_NS } from '../../replica/index.ts';
import { PocketIcError, unsupported } from './errors.ts';
import { PROGRESS, TIME } from './wire.ts';

/** Kinds of subnets that clients know by name. */
export type SubnetKind =
    | 'NNS' | 'SNS' | 'II' | 'Fiduciary' | 'Bitcoin' | 'System' | 'Application' | 'VerifiedApplication';

/** One subnet that is asked for. */
export interface SubnetWish {
    readonly kind: SubnetKind;
    readonly costSchedule: 'Normal' | 'Free';
    readonly instructions: 'Production' | 'Benchmarking';
}

/** What is asked for. */
export interface InstanceWish {
    /** In PocketIC's order. */
    readonly subnets: readonly SubnetWish[];
    /** Nanoseconds since 1970. */
    readonly timeNs: bigint;
    /** Milliseconds between rounds, when the instance is to go on by itself from the start. */
    readonly progressMs: number | undefined;
    /** As `POST /http_gateway` takes it, but for the instance. */
    readonly gateway: object | undefined;
    /** Whether calls of agents are taken from whoever they say they are from. */
    readonly validation: 'validated' | 'as they come';
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
    initial_time: z
        .union([
            z.strictObject({ Timestamp: TIME }).transform(({ Timestamp: time }) => ({ ns: time.nanos_since_epoch })),
            z.strictObject({ AutoProgress: PROGRESS }).transform(({ AutoProgress: progress }) => {
                return { ms: progress.artificial_delay_ms };
            })
        ])
        .nullish(),
    bitcoind_addr: z.unknown().optional(),
    dogecoind_addr: z.unknown().optional(),
    http_gateway_config: z.looseObject({}).nullish(),
    mainnet_nns_subnet_id: z.unknown().optional(),
    disable_ingress_validation: z.boolean().nullish()
});

/** What would change what a test sees, and is not there: asked for, unless it is left out, null or false. */
const ABSENT = {
    state_dir: 'leave it out',
    bitcoind_addr: 'leave it out',
    dogecoind_addr: 'leave it out',
    mainnet_nns_subnet_id: 'leave it out'
} as const;

/** Throws `PocketIcError` for what is wrong or not supported. */
export function wishOf(body: unknown): InstanceWish {
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
    const { http_gateway_config: gateway, disable_ingress_validation: unchecked } = rest;
    const initial = rest.initial_time ?? { ns: undefined };
    return {
        subnets: subnetsOf(set),
        timeNs: 'ns' in initial && initial.ns !== undefined ? firstTime(initial.ns) : INITIAL_TIME_NS,
        progressMs: 'ms' in initial ? (initial.ms ?? 0) : undefined,
        gateway: gateway ?? undefined,
        validation: unchecked === true ? 'as they come' : 'validated'
    };
}

/** Time has moved by a nanosecond when the instance is there, as in the original. */
function firstTime(ns: bigint): bigint {
    if (ns < INITIAL_TIME_NS) {
        const least = `must be no earlier than ${INITIAL_TIME_NS} (provided ${ns})`;
        throw new PocketIcError(`The initial timestamp (unix timestamp in nanoseconds) ${least}.`);
    }
    return ns + 1n;
}

function subnetsOf(set: z.output<typeof CONFIG>['subnet_config_set']): readonly SubnetWish[] {
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
    const wishes = named.flatMap(([kind, specs]) => specs.map((spec) => subnetOf(kind, spec)));
    if (wishes.length > SUBNETS_MAX) throw unsupported(`more than ${SUBNETS_MAX} subnets`, 'ask for fewer');
    if (wishes.length === 0) throw new PocketIcError('SubnetConfigSet must contain at least one subnet');
    return wishes;
}

function one(spec: Spec | null | undefined): readonly Spec[] {
    return spec === null || spec === undefined ? [] : [spec];
}

function subnetOf(kind: SubnetKind, spec: Spec): SubnetWish {
    if (spec.state_config !== 'New') {
        const what = `a subnet with the state of a directory (${spec.state_config.FromPath})`;
        throw unsupported(what, 'start with a new one');
    }
    return { kind, costSchedule: spec.cost_schedule, instructions: spec.instruction_config };
}
