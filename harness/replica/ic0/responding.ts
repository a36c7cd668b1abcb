/**
 * System API: replying, rejecting, accepting ingress (IC interface specification, "Responding", "Ingress message
 * inspection").
 */
import type { Frame } from '../frame.ts';
import { explicitReject } from '../rejects.ts';
import { contractViolation, userViolation } from '../traps.ts';
import { decodeUtf8 } from './text.ts';
import { define } from './define.ts';

const RESPONDERS = 'U RQ NRQ TQ CQ Ry Rt CRy CRt';

/** msg_reply*, msg_reject, accept_message. They fill the frame; the answer leaves when the execution commits. */
export const RESPONDING_FUNCTIONS = [
    define('msg_reply_data_append', '(src : I, size : I) -> ()', RESPONDERS, (frame, src: number, size: number) => {
        mustNotHaveAnswered(frame, 'ic0.msg_reply_data_append: the call is already replied.');
        const bytes = frame.reply.length + size;
        if (bytes > frame.replyBytesMax) {
            throw userViolation(
                `ic0.msg_reply_data_append: application payload size (${bytes}) cannot be larger than ` +
                    `${frame.replyBytesMax}.`,
                'Consider checking the response size and returning an error if it is too long.',
                'msg_reply_data_append-payload-too-large'
            );
        }
        frame.reply.append(frame.read('msg.reply', src, size));
    }),

    define('msg_reply', '() -> ()', RESPONDERS, (frame) => {
        mustNotHaveAnswered(frame, 'ic0.msg_reply: the call is already replied');
        frame.response = { kind: 'reply', reply: frame.reply.take() };
        frame.canRespond = false;
    }),

    define('msg_reject', '(src : I, size : I) -> ()', RESPONDERS, (frame, src: number, size: number) => {
        mustNotHaveAnswered(frame, 'ic0.msg_reject: the call is already replied');
        if (size > frame.replyBytesMax) {
            throw userViolation(
                `ic0.msg_reject: application payload size (${size}) cannot be larger than ${frame.replyBytesMax}.`,
                'Try truncating the error messages that are too long.',
                'msg_reject-payload-too-large'
            );
        }
        const text = decodeUtf8(frame.read('ic0.msg_reject', src, size));
        if (text === undefined) {
            throw contractViolation('ic0.msg_reject: invalid UTF-8 string provided');
        }
        frame.response = explicitReject(text);
        frame.canRespond = false;
    }),

    define('accept_message', '() -> ()', 'F', (frame) => {
        if (frame.accepted) {
            throw contractViolation('ic0.accept_message: the function was already called.');
        }
        frame.accepted = true;
    })
];

function mustNotHaveAnswered(frame: Frame, text: string): void {
    if (!frame.canRespond) {
        throw contractViolation(text);
    }
}
