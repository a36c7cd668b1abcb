/** Actors that sign their requests themselves, for replicas that are asked through agents. */
import { Ed25519KeyIdentity } from '@dfinity/identity';
import { actorSecret } from './identities.ts';

/** The Ed25519 identity of an actor, whose principal is `actorPrincipal`. */
export function actorIdentity(actor: string): Ed25519KeyIdentity {
    return Ed25519KeyIdentity.generate(actorSecret(actor));
}
