/** Rows of 7: the HTTP interface, as agents see it. */
import { section, testedIn, type Row } from './row.ts';

const HTTP = 'specification, HTTPS Interface';

/** A rule that tests of the server show. */
function row(rule: string, source: string, file: string, ...titles: readonly string[]): Row {
    return { rule, source, by: { agent: testedIn(`serve/test/${file}`, ...titles) } };
}

export const SECTION_7_1 = section('7.1', 'Endpoints', 'section-7.ts', [
    row('/api/v2/status has the root key', HTTP, 'agent', 'reads the status and the root key'),
    row(
        'Calls of v3 and v4 are answered with a certificate, rejected ones too; what is not accepted without one',
        HTTP,
        'calls',
        'is answered with a certificate',
        'that is rejected is answered with a certificate too',
        'that is not accepted is rejected without a certificate'
    ),
    row(
        'Calls of v2 are answered with nothing and polled; what is not accepted has a reject code and no status',
        HTTP,
        'calls',
        'is answered with nothing, and polled',
        'that is not accepted has a reject code and no status'
    ),
    row('The effective canister id must be that of the call', HTTP, 'calls', 'have to be those of the call'),
    row(
        'What is not CBOR, too long or for another path is refused by name',
        HTTP,
        'hostile',
        '%s',
        'a body over 4 MiB'
    ),
    {
        rule: 'Calls to a subnet, for its admins, have an endpoint of their own',
        source: HTTP,
        supported: 'not modelled',
        differs: 'A served subnet has no admins.',
        by: {}
    }
]);

export const SECTION_7_2 = section('7.2', 'Envelopes and signatures', 'section-7.ts', [
    row(
        'A request id is the hash of the map, also of nested maps, as in the example of the specification',
        'specification, Request ids',
        'representation',
        'hashes the request of the specification to its id',
        'puts the hash of a nested map in as it is'
    ),
    row(
        'Ed25519, ECDSA on P-256 and secp256k1, passkeys and canister signatures are verified',
        'specification, Signatures',
        'identities',
        '%s is its signer’s',
        '%s is refused when a bit of the signature is wrong'
    ),
    row('Passkeys sign requests', 'specification, Web Authentication', 'special-keys', 'on %s signs requests'),
    row(
        'Canister signatures are certified data',
        'specification, Canister signatures',
        'special-keys',
        'signs requests by certifying them',
        'is refused for a payload that it did not certify'
    ),
    row(
        'Delegations have targets, permissions and an expiry, and form no cycle',
        'specification, Authentication',
        'identities',
        'calls and queries through the agent as whom it was delegated by',
        'is refused for a canister that is not among the targets',
        'that is for queries only may query, but not call',
        'is refused when it has expired',
        'is refused in a chain with a cycle'
    ),
    row(
        'Wrong expiry, senders and signatures are refused with the words that agents know',
        HTTP,
        'identities',
        '%s',
        'agents recognise an expired call'
    ),
    row('The same request twice executes once', HTTP, 'calls', 'the same request twice executes once'),
    row(
        'sender_info is for users who authenticate by canister signature, and signed by that canister',
        'specification, Authentication',
        'special-keys',
        'and signs it too; canisters are told both',
        'and is refused when it is %s',
        'and nobody else may'
    )
]);

export const SECTION_7_3 = section('7.3', 'Answers to queries', 'section-7.ts', [
    row(
        'They are signed by the node, whose key is in the state; agents verify it',
        'specification, Request: Query call',
        'agent',
        'updates and queries',
        'does not pass for another subnet'
    ),
    row('Other libraries verify it too', HTTP, 'icp-sdk', 'updates and queries as %s')
]);

export const SECTION_7_4 = section('7.4', 'Reading state', 'section-7.ts', [
    row(
        'A request is shown to its sender only',
        'specification, Request: Read state',
        'calls',
        'shows a request to its sender only'
    ),
    row(
        'That a request is unknown is proved',
        'specification, Request: Read state',
        'calls',
        'proves that a request is not known (32 times %i)'
    ),
    row(
        'The subnet, its node and its ranges are shown; sharded ranges at its own endpoint',
        HTTP,
        'calls',
        'shows the subnet, its node and its ranges',
        'shows the sharded ranges at the subnet’s own endpoint only'
    ),
    row(
        'Module hash, controllers and metadata of a canister are shown',
        HTTP,
        'agent',
        'reads the state of a canister'
    ),
    {
        rule: '/subnet/<id>/metrics has the load of a subnet',
        source: HTTP,
        supported: 'not modelled',
        differs: 'The path is refused; nothing that a canister or its agents need.',
        by: {}
    }
]);

export const SECTION_7_5 = section('7.5', 'Certificates', 'section-7.ts', [
    row(
        'The example of the specification has its root hash, its encoding and its pruned form',
        'specification, Certification',
        'hash-tree',
        'has its root hash',
        'has its encoding',
        'is pruned as shown there, with the neighbour that proves an absence'
    ),
    row(
        'Labels ascend; a pruned tree keeps its hash and shows what was asked for',
        'specification, Certification',
        'hash-tree',
        'has its labels in ascending order',
        'keeps its hash when pruned, shows what was asked for, and proves what is absent'
    ),
    row(
        'Signatures are BLS12-381, verified by agents with the root key',
        'specification, Certification',
        'agent',
        'updates and queries',
        'does not pass for another subnet'
    ),
    {
        rule: 'A subnet that is not the root has a delegation with its key and its ranges',
        source: 'specification, Delegation',
        by: {
            wat: testedIn(
                'serve/test/delegation',
                'verifies under the key of the root, by its delegation to the subnet',
                'is refused for a canister outside of the ranges that the root delegates'
            ),
            agent: testedIn(
                'serve/pocketic/test/subnets',
                'verify what a subnet answers by what the root delegates to it'
            )
        }
    }
]);

export const SECTION_7_6 = section('7.6', 'Agents', 'section-7.ts', [
    row(
        'An unmodified agent updates, queries and reads state with its default settings',
        'icp-js-core',
        'agent',
        'updates and queries',
        'is told why a call was rejected',
        'is told that a call trapped'
    ),
    row('The newer SDK does too', 'icp-js-core', 'icp-sdk', 'is told of rejects and traps', 'reads state'),
    row(
        'The time that certificates tell is the clock’s in live mode',
        'icp-js-core',
        'live',
        'beats hearts round after round, and its time is the clock’s'
    ),
    row('icp-cli installs and calls', 'icp-cli', 'icp-cli', 'installs, calls, queries, and is told of traps')
]);
