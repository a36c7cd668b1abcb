/**
 * Limits that are the tool's and not the IC's show as what the IC would do: memory does not grow, a stack overflows, a
 * call is not performed. These lines, among what the canister printed, say whose limit it was.
 */
import { noteLimit } from './outcome.ts';
import type { Subnet } from './subnet.ts';

/** After an execution: says so when the heap limit refused a memory.grow that the IC would have granted. */
export function noteHeapLimit(subnet: Subnet): void {
    if (subnet.frame.instance.heapLimitHit()) {
        const { heapBytesMax } = subnet.limits;
        noteLimit(
            subnet,
            `(memory.grow was refused at the heap limit of this tool, ${heapBytesMax} bytes: raise it with --max-heap)`
        );
    }
}

/** After a stack overflow that the tool's own count of nested calls found. */
export function noteCallDepth(subnet: Subnet): void {
    const { callDepthMax } = subnet.limits;
    noteLimit(
        subnet,
        `(this tool allows ${callDepthMax} nested calls; the IC limits the stack by its size: ${RAISE}callDepthMax=<n>)`
    );
}

/** After a stack overflow of the thread itself: where it comes depends on how V8 compiled the functions so far. */
export function noteThreadStack(subnet: Subnet): void {
    const { callDepthMax } = subnet.limits;
    noteLimit(
        subnet,
        `(the stack of this thread ended before ${callDepthMax} nested calls, at a depth that may differ from run to ` +
            'run: give the thread a larger stack, or lower the limit with --limit callDepthMax=<n>)'
    );
}

/** When call_perform refuses because the execution made too many calls. */
export function noteCallLimit(subnet: Subnet): void {
    const { callsMax } = subnet.limits;
    noteLimit(
        subnet,
        `(call_perform returned 2: this tool allows ${callsMax} calls an execution: ${RAISE}callsMax=<n>)`
    );
}

/** When call_perform refuses because the calls of the execution carry too many bytes. */
export function noteCallBytesLimit(subnet: Subnet): void {
    const { callBytesMax } = subnet.limits;
    noteLimit(
        subnet,
        `(call_perform returned 2: this tool allows ${callBytesMax} bytes in the calls of an execution: ` +
            `${RAISE}callBytesMax=<n>)`
    );
}

const RAISE = 'raise the limit with --limit ';
