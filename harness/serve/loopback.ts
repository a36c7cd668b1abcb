/** Which names requests may be addressed to. */

/** A page of another site that rebinds its name to this machine sends its own name. */
const LOOPBACK = /^(?:127\.0\.0\.1|localhost|[a-z0-9-]+\.localhost|\[::1\])(?::\d{1,5})?$/i;

/** Whether the value of a `Host` header is a name of this machine's loopback address. */
export function isLoopback(host: string | undefined): boolean {
    return LOOPBACK.test(host ?? '');
}
