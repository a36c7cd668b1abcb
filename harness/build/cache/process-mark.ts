/** Whether a process that left its number somewhere still runs, and not another one that has its number by now. */
import { readFileSync } from 'node:fs';

/** Instead of a time: has ended, and is only listed until its parent asks what became of it. */
const ENDED = 'ended';

/** When a process began (Linux: in ticks since the system did, proc_pid_stat(5), field 22); undefined where nobody tells. */
export function startOf(pid: number): string | undefined {
    try {
        const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
        // The second field may hold anything, blanks and parentheses too.
        const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
        return fields[0] === 'Z' || fields[0] === 'X' ? ENDED : fields[19];
    } catch {
        return undefined;
    }
}

/** `start`: when it began, or empty where nobody told. One of another user, which cannot be signalled, is there. */
export function isRunning(pid: number, start: string): boolean {
    try {
        process.kill(pid, 0);
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    }
    const now = startOf(pid);
    return now !== ENDED && (start === '' || now === undefined || start === now);
}
