/**
 * Which threshold keys there are, and where. Whoever asks for one is served by the subnet that holds it (production's routing of
 * management canister requests); on PocketIC those are the II and the fiduciary subnet.
 */
import type { Home, Homes } from '../home.ts';
import type { Subnet } from '../subnet.ts';
import { homeOfSender } from './home-of.ts';
import { refusedBySystem } from './plain-reject.ts';

/** Names of keys; the value is the size of the subnet that holds the key on the mainnet, to which fees are in proportion. */
const NAMES: ReadonlyMap<string, number> = new Map([
    ['key_1', 34],
    ['test_key_1', 13],
    ['dfx_test_key', 13]
]);

/** Scheme and curve, as production names them in error texts. */
export type KeyScheme = 'ecdsa:Secp256k1' | 'schnorr:Bip340Secp256k1' | 'schnorr:Ed25519' | 'vetkd:Bls12_381_G2';

const SCHEMES: readonly KeyScheme[] = [
    'ecdsa:Secp256k1', 'schnorr:Bip340Secp256k1', 'schnorr:Ed25519', 'vetkd:Bls12_381_G2'
];

/** What is asked of a key: a public key is also told while a key is disabled, hence production's two texts. */
export type KeyUse = 'public key' | 'secret key';

const UNKNOWN: Readonly<Record<KeyUse, readonly [string, string]>> = {
    'public key': ['Requested unknown threshold key:', 'existing keys:'],
    'secret key': ['Requested unknown or disabled threshold key:', 'existing enabled keys:']
};

/** What a use of the secret key costs a canister of this home; undefined when there is no such key. */
export function feeOfKey(homes: Homes, caller: Home, name: string): bigint | undefined {
    const { keyHolder } = homes;
    const nodes = NAMES.get(name);
    return keyHolder === undefined || nodes === undefined ? undefined : caller.fees.signature(keyHolder.nodes ?? nodes);
}

/** The fee, if there is such a key. Throws a management reject that names those that there are. */
export function checkKey(
    { subnet, sender, method }: { readonly subnet: Subnet; readonly sender: Uint8Array; readonly method: string },
    scheme: KeyScheme,
    name: string,
    use: KeyUse
): bigint {
    const { homes } = subnet;
    const fee = feeOfKey(homes, homeOfSender(subnet, sender), name);
    if (fee !== undefined) {
        return fee;
    }
    const known = homes.keyHolder === undefined ? [] : [...NAMES.keys()];
    const all = SCHEMES.flatMap((each) => known.map((key) => `${each}:${key}`));
    const [unknown, existing] = UNKNOWN[use];
    const text = `${unknown} ${scheme}:${name}, ${existing} [${all.sort(byText).join(', ')}]`;
    throw refusedBySystem(3, `Unable to route management canister request ${method}: ChainKeyError("${text}")`);
}

function byText(a: string, b: string): number {
    return a < b ? -1 : 1;
}
