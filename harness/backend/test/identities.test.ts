import { expect, it } from '@jest/globals';
import { actorIdentity } from '../actor-identity.ts';
import { actorPrincipal } from '../identities.ts';

it.each(['alice', 'deployer', '', 'a name with ünicode'])('%j is one principal, signing or not', name => {
    expect(actorPrincipal(name).toText()).toBe(actorIdentity(name).getPrincipal().toText());
});

it('principals are those of recorded schedules', () => {
    expect(actorPrincipal('alice').toText()).toBe('m6ts6-7b7gg-nfooh-migjl-e4spt-pa6ad-jucqi-lkky3-4b7dp-ep2zk-xae');
});
