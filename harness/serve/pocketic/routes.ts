/** The routes of an instance, `/instances/ID/ROUTE`, but those of live mode: what they take, and what they do. */
import { z } from 'zod';
import { principalText } from '../../replica/index.ts';
import type { CanisterView } from '../../replica/index.ts';
import type { Blobs } from './blobs.ts';
import { PocketIcError, unsupported } from './errors.ts';
import { MOCK } from './http-outcalls.ts';
import type { PocketInstance } from './instance.ts';
import { BYTES, CALL, CANISTER, MESSAGE_ID, NATURAL, TICK, TIME, base64 } from './wire.ts';

/** What routes work on. */
interface Target {
    readonly instance: PocketInstance;
    readonly blobs: Blobs;
}

/** Returns what is answered as JSON. */
type Route = (target: Target, body: unknown) => unknown;

const STATUS = z.looseObject({
    raw_message_id: MESSAGE_ID,
    // The TypeScript client sends the text alone, the Rust client an object.
    raw_caller: z
        .union([BYTES, z.looseObject({ principal_id: BYTES }).transform((each) => each.principal_id)])
        .nullish()
});

/** By the part of the path after the number of the instance. */
export const GET_ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
    ['_/topology', ({ instance }) => instance.topology.toJson()],
    ['read/topology', ({ instance }) => instance.topology.toJson()],
    refused('_/dashboard', 'the dashboard', 'read /_/topology'),
    ['read/get_time', ({ instance }) => ({ nanos_since_epoch: instance.replica.time() })],
    ['read/get_canister_http', ({ instance: { outcalls } }) => outcalls.pending()]
]);

export const POST_ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
    route('read/query', CALL, ({ instance }, call) => instance.query(call)),
    route('read/ingress_status', STATUS, ({ instance }, { raw_message_id: id, raw_caller: caller }) =>
        instance.status(id.message_id, caller ?? undefined)
    ),
    route('read/get_cycles', CANISTER, ({ instance }, { canister_id: id }) => {
        return { cycles: existing(instance, id).cycles };
    }),
    route('read/get_stable_memory', CANISTER, ({ instance }, { canister_id: id }) => {
        return { blob: base64(instance.operator(id).stableMemory()) };
    }),
    route('read/get_subnet', CANISTER, ({ instance: { replica, topology } }, { canister_id: id }) => {
        if (replica.canister(id) === undefined) return null;
        return { subnet_id: base64((topology.hosting(id) ?? topology.standard).id) };
    }),
    route('read/get_controllers', CANISTER, ({ instance }, { canister_id: id }) =>
        existing(instance, id).controllers.map((controller) => ({ principal_id: base64(controller) }))
    ),
    route('read/pub_key', z.looseObject({ subnet_id: BYTES }), ({ instance }, { subnet_id: id }) => [
        ...instance.topology.byId(id).publicKey
    ]),
    route('update/submit_ingress_message', CALL, ({ instance }, call) => instance.submit(call)),
    route('update/await_ingress_message', MESSAGE_ID, ({ instance }, { message_id: id }) => instance.awaited(id)),
    route('update/tick', TICK, ({ instance }, { blockmakers, first_subnet: first, last_subnet: last }) => {
        if ((first ?? last ?? null) !== null)
            throw unsupported('an order of subnets in a tick', 'leave out first_subnet and last_subnet');
        instance.tick(blockmakers ?? []);
        return null;
    }),
    route('update/set_time', TIME, ({ instance }, { nanos_since_epoch: ns }) => {
        instance.setTime(ns);
        return null;
    }),
    route('update/set_certified_time', TIME, ({ instance }, { nanos_since_epoch: ns }) => {
        instance.setCertifiedTime(ns);
        return null;
    }),
    route('update/add_cycles', z.looseObject({ canister_id: BYTES, amount: NATURAL }), ({ instance }, body) => {
        return { cycles: instance.operator(body.canister_id).addCycles(body.amount) };
    }),
    route('update/set_stable_memory', z.looseObject({ canister_id: BYTES, blob_id: BYTES }), (target, body) => {
        target.instance.operator(body.canister_id).setStableMemory(target.blobs.get(body.blob_id));
        return null;
    }),
    route('update/mock_canister_http', MOCK, ({ instance: { outcalls } }, mock) => {
        outcalls.answer(mock);
        return null;
    }),
    refused('update/canister_snapshot_download', 'snapshots as directories', 'use read_canister_snapshot_data'),
    refused('update/canister_snapshot_upload', 'snapshots as directories', 'use upload_canister_snapshot_data'),
    refused('update/delete_subnet', 'the deletion of a subnet', 'delete the instance')
]);

function route<Body extends z.ZodType>(
    name: string,
    schema: Body,
    run: (target: Target, body: z.output<Body>) => unknown
): [string, Route] {
    return [name, (target, body) => {
        const parsed = schema.safeParse(body);
        if (!parsed.success) throw new PocketIcError(`${name}: ${z.prettifyError(parsed.error)}`);
        return run(target, parsed.data);
    }];
}

function refused(name: string, what: string, instead: string): [string, Route] {
    return [name, () => {
        throw unsupported(what, instead);
    }];
}

function existing({ replica }: PocketInstance, id: Uint8Array): CanisterView {
    const canister = replica.canister(id);
    if (canister === undefined) throw new PocketIcError(`CanisterNotFound(${principalText(id)})`);
    return canister;
}
