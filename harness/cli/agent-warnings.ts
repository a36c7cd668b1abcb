/** The agent writes warnings to the console about what it then throws, or what it does without; we say it once, in our words. */

/** Of the canister status request by which the agent asks for node keys and the time. */
const EXPECTED = /^Expected to find result for path/;

/** From now on the console of this thread leaves the agent's warnings out. Those of scenario files still come. */
export function muteAgent(): void {
    const { warn } = console;
    console.warn = (...content: readonly unknown[]): void => {
        const [first] = content;
        const isAgents = typeof first === 'string' ? EXPECTED.test(first) : isAgentError(first);
        if (!isAgents) warn.call(console, ...content);
    };
}

function isAgentError(value: unknown): boolean {
    const { cause } = (value ?? {}) as { readonly cause?: { readonly kind?: unknown; readonly code?: unknown } };
    return typeof cause?.kind === 'string' && typeof cause.code === 'object';
}
