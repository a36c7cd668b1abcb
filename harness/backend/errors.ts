/** What can go wrong before the first message of a scenario runs. */
import type { Reject } from '../trace/types.ts';

/** A canister could not be created or installed. */
export class DeploymentError extends Error {
    readonly code = 'DEPLOYMENT_FAILED';
    readonly role: string;
    readonly canister: string;
    readonly reject: Reject;
    readonly fix: string;

    constructor(role: string, canister: string, what: string, reject: Reject) {
        const code = reject.errorCode === undefined ? '' : `${reject.errorCode}: `;
        super(`${what} of canister "${canister}" (role "${role}") failed: ${code}${reject.message}`);
        this.name = 'DeploymentError';
        this.role = role;
        this.canister = canister;
        this.reject = reject;
        // IC0505: the module itself was refused, so nothing of it has run.
        this.fix =
            reject.errorCode === 'IC0505'
                ? 'Build the module again for the Internet Computer; what the README lists as not there yet is refused.'
                : 'Check the init arguments (scenario or dfx.json) and what the canister does when it is installed.';
    }
}

/** After deployment something still ran that never came to rest. */
export class UnsettledDeploymentError extends Error {
    readonly code = 'DEPLOYMENT_UNSETTLED';
    readonly fix = 'Look for a canister that calls itself or re-arms a due timer for ever after its installation.';

    constructor(messages: number, cause: unknown) {
        super(`the deployment did not come to rest within ${messages} messages`, { cause });
        this.name = 'UnsettledDeploymentError';
    }
}
