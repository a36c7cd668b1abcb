/** Methods of the management canister whose calls invariants and reports want to read (developer documentation, ic.did). */
import { IDL } from '@dfinity/candid';
import { BoundMethod } from './method.ts';

/** Its principal, and what scenarios call it. */
export const MANAGEMENT = 'aaaaa-aa';

const header = IDL.Record({ name: IDL.Text, value: IDL.Text });
const result = IDL.Record({ status: IDL.Nat, headers: IDL.Vec(header), body: IDL.Vec(IDL.Nat8) });
const transform = IDL.Record({ response: result, context: IDL.Vec(IDL.Nat8) });
const verbs = ['get', 'head', 'post', 'put', 'delete', 'patch'];
const request = IDL.Record({
    url: IDL.Text,
    max_response_bytes: IDL.Opt(IDL.Nat64),
    method: IDL.Variant(Object.fromEntries(verbs.map(verb => [verb, IDL.Null]))),
    headers: IDL.Vec(header),
    body: IDL.Opt(IDL.Vec(IDL.Nat8)),
    transform: IDL.Opt(
        IDL.Record({ function: IDL.Func([transform], [result], ['query']), context: IDL.Vec(IDL.Nat8) })
    ),
    is_replicated: IDL.Opt(IDL.Bool)
});

/** By name. */
export const MANAGEMENT_METHODS: ReadonlyMap<string, BoundMethod> = new Map([
    ['http_request', new BoundMethod(MANAGEMENT, 'http_request', IDL.Func([request], [result], []))]
]);
