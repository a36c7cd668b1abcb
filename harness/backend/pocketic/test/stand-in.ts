/**
 * A stand-in for the PocketIC server: the REST routes that our backend uses, on the embedded replica. It shows that the client library and
 * our backend speak the same language; it does not show what the real server answers.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Replica } from '../../../replica/index.ts';
import type { CallResult, IngressCall, Message } from '../../../replica/index.ts';

type Json = Readonly<Record<string, unknown>>;

/** What one instance is. */
interface Instance {
    readonly replica: Replica;
    readonly messages: Message[];
}

export interface StandIn {
    readonly url: string;
    readonly port: number;
    /** Requests so far, `POST /instances/0/update/tick`. */
    readonly requests: string[];
    /** Instances that are left. */
    readonly instances: ReadonlyMap<number, Instance>;
    readonly close: () => Promise<void>;
}

const REJECT_CODES = [
    '', 'SysFatal', 'SysTransient', 'DestinationInvalid', 'CanisterReject', 'CanisterError', 'SysUnknown'
];
const SUBNET = Buffer.alloc(29, 1).toString('base64');

/** Starts it on any free port of the loopback address. */
export async function startStandIn(): Promise<StandIn> {
    const requests: string[] = [];
    const instances = new Map<number, Instance>();
    let made = 0;
    const answer = async (request: IncomingMessage): Promise<{ status: number; body: string }> => {
        const text = await bodyOf(request);
        const path = request.url ?? '';
        requests.push(`${request.method} ${path}`);
        if (path === '/status') return { status: 200, body: '' };
        if (path === '/instances') {
            instances.set(made, { replica: new Replica(), messages: [] });
            return { status: 201, body: JSON.stringify({ Created: { instance_id: made++, topology: {} } }) };
        }
        const [, id = '', route = ''] = /^\/instances\/(\d+)(.*)$/.exec(path) ?? [];
        const instance = instances.get(Number(id));
        if (instance === undefined) return { status: 404, body: '' };
        if (route === '') {
            instances.delete(Number(id));
            return { status: 200, body: '' };
        }
        try {
            return { status: 200, body: routed(instance, route, text === '' ? {} : parsed(text)) };
        } catch (error) {
            return { status: 400, body: JSON.stringify({ message: `BadRequest("${(error as Error).message}")` }) };
        }
    };
    const server = createServer((request, response) => {
        void answer(request).then(({ status, body }) => response.writeHead(status).end(body));
    });
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}`, port, requests, instances, close: () => closed(server) };
}

function routed({ replica, messages }: Instance, route: string, json: Json): string {
    switch (route) {
        case '/read/get_time':
            return `{"nanos_since_epoch":${replica.time()}}`;
        case '/update/set_time': {
            const ns = json['nanos_since_epoch'] as bigint;
            if (ns < replica.time()) throw new Error(`SettingTimeIntoPast((${replica.time()}, ${ns}))`);
            replica.advanceTime(ns - replica.time());
            return 'null';
        }
        case '/update/tick':
            replica.executeRound();
            return 'null';
        case '/read/query':
            return resultText(replica.query(callOf(json)), false);
        case '/update/submit_ingress_message': {
            const call = callOf(json);
            const refused = replica.accept(call);
            if (refused !== undefined) return resultText(refused, false);
            const index = messages.push(replica.submit({ ...call, inspected: true })) - 1;
            const id = Buffer.from(String(index)).toString('base64');
            return JSON.stringify({ Ok: { effective_principal: { SubnetId: SUBNET }, message_id: id } });
        }
        case '/read/ingress_status': {
            const { effective_principal: effective, message_id: id } = json['raw_message_id'] as Json;
            if ((effective as Json)['SubnetId'] !== SUBNET) throw new Error('another subnet than was answered');
            const result = replica.result(messages[Number(Buffer.from(id as string, 'base64').toString())]!);
            return result === undefined ? 'null' : resultText(result, true);
        }
        default:
            throw new Error(`no route ${route}`);
    }
}

function callOf(json: Json): IngressCall {
    const bytes = (name: string): Uint8Array => Uint8Array.from(Buffer.from(json[name] as string, 'base64'));
    const method = json['method'] as string;
    return { sender: bytes('sender'), canisterId: bytes('canister_id'), method, arg: bytes('payload') };
}

function resultText(result: CallResult, certified: boolean): string {
    if (result.kind === 'reply') return JSON.stringify({ Ok: Buffer.from(result.reply).toString('base64') });
    const { code, message, errorCode } = result;
    const codes = { reject_code: REJECT_CODES[code], error_code: errorCode ?? 'None' };
    return JSON.stringify({ Err: { ...codes, reject_message: message, certified } });
}

/** Numbers of 64 bits are bare integers on the wire. */
function parsed(text: string): Json {
    return JSON.parse(text.replace(/("nanos_since_epoch":)(\d+)/, '$1"$2"'), (key, value: unknown) => {
        return key === 'nanos_since_epoch' ? BigInt(value as string) : value;
    }) as Json;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    return Buffer.concat(parts).toString();
}

function closed(server: Server): Promise<void> {
    server.closeAllConnections();
    return new Promise(done => server.close(() => done()));
}
