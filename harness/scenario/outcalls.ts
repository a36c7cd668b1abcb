/** The answers that a scenario declares for HTTP outcalls, as the function that a backend asks. */
import type { OutcallAnswer, OutcallHandler, OutcallRequest } from '../trace/outcalls.ts';
import { ScenarioFunctionError } from './errors.ts';
import type { OutcallAnswers, OutcallFailure, OutcallResponse, OutcallSpec, Scenario } from './types.ts';
import { outcallAnswers } from './validate.ts';

const encoder = new TextEncoder();

/** What answers the outcalls of a scenario; undefined when it declares no answers. The function throws ScenarioFunctionError. */
export function outcallHandler(scenario: Scenario): OutcallHandler | undefined {
    const { outcalls } = scenario;
    if (outcalls === undefined) return undefined;
    const specs = outcalls.map(spec => ({ spec, fits: matcher(spec) }));
    return request => {
        const found = specs.find(({ fits }) => fits(request));
        return found === undefined ? [] : answersOf(scenario, found.spec, request).map(answer);
    };
}

function matcher({ url, method }: OutcallSpec): (request: OutcallRequest) => boolean {
    const parts = url.split('*').map(part => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const pattern = new RegExp(`^${parts.join('.*')}$`, 's');
    return request => (method === undefined || method === request.method) && pattern.test(request.url);
}

function answersOf(scenario: Scenario, { url, answers }: OutcallSpec, request: OutcallRequest): OutcallAnswers {
    if (typeof answers !== 'function') return answers;
    const what = `the function that answers outcalls to ${url}`;
    let given: unknown;
    try {
        given = answers(request);
    } catch (cause) {
        throw new ScenarioFunctionError(scenario, what, `threw: ${String(cause)}`, cause);
    }
    const parsed = outcallAnswers.safeParse(given);
    if (parsed.success) return given as OutcallAnswers;
    throw new ScenarioFunctionError(scenario, what, `gave no list of answers: ${parsed.error.issues[0]?.message}`);
}

function answer(given: OutcallResponse | OutcallFailure): OutcallAnswer {
    if ('rejected' in given) return { kind: 'reject', code: given.code ?? 2, message: given.rejected };
    const { status = 200, headers = {}, body = '' } = given;
    return {
        kind: 'response',
        status,
        headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
        body: typeof body === 'string' ? encoder.encode(body) : body
    };
}
