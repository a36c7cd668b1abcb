/** What every server of ours needs of the machine: its clock, and a port. */
import { PortError } from './errors.ts';

const NS_PER_MS = 1_000_000n;

/** Nanoseconds since 1970. Reads the clock. */
export function clockNs(): bigint {
    return BigInt(Date.now()) * NS_PER_MS;
}

/** What `start` resolves to. Throws PortError when the port is taken or not for us, else what `start` throws. */
export async function listening<Server>(port: number, start: () => Promise<Server>): Promise<Server> {
    try {
        return await start();
    } catch (error) {
        const { code = '' } = error as NodeJS.ErrnoException;
        if (['EADDRINUSE', 'EACCES'].includes(code)) throw new PortError(port, error);
        throw error;
    }
}
