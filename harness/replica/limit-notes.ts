/**
 * Limits that are the tool's and not the IC's show as what the IC would do: memory does not grow, a stack overflows, a
 * call is not performed. These lines, among what the canister printed, say whose limit it was. They cost nothing of the
 * log limit.
 */
import { notePrint } from './outcome.ts';
import type { Subnet } from './subnet.ts';

/** After an execution: says so when the heap limit refused a memory.grow that the IC would have granted. */
export function noteHeapLimit(subnet: Subnet): void {
    if (subnet.frame.instance.heapLimitHit()) {
        const { heapBytesMax } = subnet.limits;
        notePrint(
            subnet,
            `(memory.grow was refused at the heap limit of this tool, ${heapBytesMax} bytes: ${RAISE}heapBytesMax)`,
            0
        );
    }
}

/** After a stack overflow. */
export function noteCallDepth(subnet: Subnet): void {
    const { callDepthMax } = subnet.limits;
    notePrint(
        subnet,
        `(this tool allows ${callDepthMax} nested calls; the IC limits the stack by its size: ${RAISE}callDepthMax)`,
        0
    );
}

/** When call_perform refuses because the execution made too many calls. */
export function noteCallLimit(subnet: Subnet): void {
    const { callsMax } = subnet.limits;
    notePrint(
        subnet,
        `(call_perform returned 2: this tool allows ${callsMax} calls an execution: ${RAISE}callsMax)`,
        0
    );
}

const RAISE = 'raise the limit with limits.';
