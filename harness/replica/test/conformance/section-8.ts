/** Rows of 8: PocketIC's REST interface, as the unmodified client and others speak it. */
import { section, testedIn, type Row } from './row.ts';

const CLIENT = 'client, @dfinity/pic';
const SERVER = 'PocketIC server, REST types';

/** A rule that tests of the PocketIC server show. */
function row(rule: string, source: string, file: string, ...titles: readonly string[]): Row {
    return { rule, source, by: { agent: testedIn(`serve/pocketic/test/${file}`, ...titles) } };
}

/** What an error says is not there. */
function refused(rule: string, source: string, differs: string, title = 'in the configuration of an instance'): Row {
    return { ...row(rule, source, 'server', title), supported: 'refused', differs };
}

export const SECTION_8_1 = section('8.1', 'PocketIC: what an instance is created with', 'section-8.ts', [
    row(
        'nns, sns, ii, fiduciary, bitcoin, system, application: subnets with ids and ranges of their own',
        CLIENT,
        'client-methods',
        'are found by what they are for'
    ),
    row('costSchedule: what canisters pay', CLIENT, 'documented', '%s: what a month costs'),
    row(
        'The size of a subnet: what canisters pay',
        CLIENT,
        'subnets',
        'are of each subnet, by the number of its nodes, or none'
    ),
    {
        rule: 'enableDeterministicTimeSlicing, icpConfig (beta features, backtraces, limits of names, rate limits)',
        source: CLIENT,
        supported: 'not modelled',
        differs: 'Taken without effect: nothing is sliced or limited in rate, and no text has a backtrace.',
        by: {}
    },
    refused(
        'state of type fromPath: a subnet with the state of a directory',
        CLIENT,
        'The format is that of the real replica.'
    ),
    refused(
        'icpFeatures: registry, cyclesMinting, icpToken, cyclesToken, nnsGovernance, sns, ii',
        CLIENT,
        'Each is a system canister whose module is not at hand: a test installs those that it needs by itself.'
    ),
    row(
        'disableIngressValidation: who calls is taken from the call',
        CLIENT,
        'options',
        'is done unless it was switched off'
    ),
    row(
        'initial_time: a time, not before that of other instances, or that of the clock',
        SERVER,
        'options',
        'is what was asked for, and a nanosecond has passed since',
        'is not before that of other instances, nor after the end of time',
        'may be that of the clock, from which it then goes on by itself'
    ),
    row(
        'http_gateway_config: a gateway that comes with the instance',
        SERVER,
        'options',
        'listens when the instance is there, and goes with it',
        'that cannot be had leaves no instance'
    ),
    refused('state_dir: an instance that outlives its server', SERVER, 'States are not kept on disk.'),
    refused(
        'bitcoind_addr, dogecoind_addr, mainnet_nns_subnet_id, cloud engine subnets',
        SERVER,
        'Nothing stands behind them.'
    )
]);

export const SECTION_8_2 = section('8.2', 'PocketIC: what is done with an instance', 'section-8.ts', [
    row(
        'Canisters are created, installed, upgraded, started, stopped, set; cycles, status, stable memory',
        CLIENT,
        'client',
        'have cycles, controllers, settings, a status and stable memory'
    ),
    row(
        'Modules of more than 2 MB, in chunks',
        CLIENT,
        'documented',
        'of more than 2 MB are installed, reinstalled and upgraded in chunks, with the hash of the whole'
    ),
    row(
        'updateCanisterSettings: visibilities, limits, environment variables',
        CLIENT,
        'documented',
        'have all settings that there are'
    ),
    row(
        'targetCanisterId: an id of the mainnet brings the subnet that hosts it',
        CLIENT,
        'client',
        'a specified id of the mainnet brings the subnet that hosts it'
    ),
    row(
        'updateCall, queryCall, actors with an identity or a principal',
        CLIENT,
        'client-methods',
        'are made without an interface, in bytes',
        'are made by whoever an actor is told to be'
    ),
    row(
        'senderInfo: what a canister that signs says of the caller',
        CLIENT,
        'client-methods',
        'tell canisters what is said of a user (senderInfo)'
    ),
    row(
        'createDeferredActor: submit now, execute later',
        CLIENT,
        'client',
        'deferred actors submit now and execute later, in one round'
    ),
    row(
        'tick, setTime, advanceTime, resetTime, and the certified ones',
        CLIENT,
        'client',
        'stands still, ticks by a nanosecond, and is set forward only'
    ),
    row(
        'Queries see time that was set after the next tick, and certified time at once',
        CLIENT,
        'documented',
        'that was set is seen by queries after a tick, certified time at once'
    ),
    row('getPendingHttpsOutcalls, mockPendingHttpsOutcall', CLIENT, 'client', 'wait until a test answers them'),
    row('makeLive, stopLive: a port for agents', CLIENT, 'client', 'serves agents at a port of its own, and stops'),
    {
        ...row(
            'A live instance serves the pages of canisters (http_request) at its port',
            CLIENT,
            'documented',
            'serves agents of several users at localhost, and no pages of canisters'
        ),
        supported: 'refused',
        differs: 'Its gateway serves agents only: anything else is 404, which says so.'
    },
    row(
        'Every method of the client is called by a test',
        CLIENT,
        'client-methods',
        'has no method that no test calls'
    ),
    row(
        'A tick says who makes the blocks, and who fails to',
        SERVER,
        'options',
        'are in the metrics of a day that is over (node_metrics_history), in both forms that clients send',
        'have to be nodes of a subnet, and not to fail as well'
    ),
    refused(
        'first_subnet, last_subnet of a tick; snapshots as directories; delete_subnet; the dashboard',
        SERVER,
        'Subnets take turns by id; snapshots are read and written by the methods of the management canister.',
        'in routes of an instance and of gateways'
    ),
    {
        ...row(
            'A tick is a round of each subnet, in turns',
            SERVER,
            'subnets',
            'takes the rounds of the streams: there or back costs a tick where the other subnet had its turn'
        ),
        supported: 'partly',
        differs: 'Turns go by id, and ids are not those of the real server; HTTP outcalls are never really made.'
    }
]);
