/** Candid that is small on the wire and costly to decode is refused before the server looks into it. */
import { candidProblem } from '../replica/index.ts';
import { BadRequestError } from './errors.ts';

/** Throws `BadRequestError` when the argument of a management call is over the quota. Malformed ones pass. */
export function refuseCandidBombs(arg: Uint8Array): void {
    const problem = candidProblem(arg);
    if (problem !== undefined) {
        throw new BadRequestError(`The Candid argument is over the decoding quota: ${problem}.`);
    }
}
