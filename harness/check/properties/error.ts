/** A schedule in which the backend broke a rule of the platform. */

/** The properties of message execution that a trace shows, by their number in the documentation of canister messaging. */
export const PROPERTIES = {
    1: 'one message per canister at a time',
    2: 'a call is split at each await',
    3: 'requests of one canister to another arrive in order',
    4: 'a call goes on after its own answers only',
    5: 'a trap discards the changes of the current message only',
    6: 'every call gets exactly one response'
} as const;

export type PropertyNumber = keyof typeof PROPERTIES;

/** Never a finding of the user's: what executes messages has an error, so nothing that it says about canisters counts. */
export class MessagePropertyError extends Error {
    override readonly name = 'MessagePropertyError';
    readonly code = 'INTERNAL_MESSAGE_PROPERTY';
    readonly fix = 'This is an error of Interleave: please report it with this text.';
    readonly property: PropertyNumber;
    /** The decisions up to the one that broke it: `execute alice#1`, `reject alice#1/0`. */
    readonly schedule: readonly string[];

    constructor(property: PropertyNumber, problem: string, schedule: readonly string[]) {
        super(
            `internal error: property ${property} of message execution (${PROPERTIES[property]}) is broken: ` +
                `${problem}; schedule: ${schedule.join(', ')}`
        );
        this.property = property;
        this.schedule = schedule;
    }
}
