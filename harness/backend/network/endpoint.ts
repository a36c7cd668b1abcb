/** Which networks may be talked to: those on this machine, others only when that is meant. */
import { EndpointUrlError, RemoteNetworkError } from './errors.ts';

export interface Endpoint {
    /** Origin only: `http://127.0.0.1:4943`. */
    readonly url: string;
    /** On this machine: its root key may be fetched, because nobody stands between us and it. */
    readonly local: boolean;
}

/**
 * The endpoint behind a URL. Pure. Throws EndpointUrlError, and RemoteNetworkError for a host that is not a loopback one unless
 * `allowRemote`.
 */
export function endpointOf(text: string, allowRemote: boolean): Endpoint {
    let url: URL;
    try {
        url = new URL(text);
    } catch {
        throw new EndpointUrlError(text, 'it cannot be read as one');
    }
    const { protocol, username, password, pathname, search, hash } = url;
    if (protocol !== 'http:' && protocol !== 'https:') throw new EndpointUrlError(text, 'it is not http or https');
    if (username !== '' || password !== '') throw new EndpointUrlError(text, 'it holds a user name or password');
    if (`${pathname}${search}${hash}` !== '/')
        throw new EndpointUrlError(text, `it has more than host and port (${pathname}${search}${hash})`);
    const local = isLoopback(url.hostname);
    if (!local && !allowRemote) throw new RemoteNetworkError(url.origin);
    return { url: url.origin, local };
}

/** Names that reach this machine whatever a name server says (RFC 6761, section 6.3), and the loopback addresses. */
function isLoopback(host: string): boolean {
    return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
