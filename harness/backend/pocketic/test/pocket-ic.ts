/** The stand-in as a program with the flags of the PocketIC server that a run gives it. */
import { rmSync, writeFileSync } from 'node:fs';
import { startStandIn } from './stand-in.ts';

const portFile = process.argv[process.argv.indexOf('--port-file') + 1]!;
const { port } = await startStandIn();
writeFileSync(portFile, `${port}\n`, { flag: 'wx' });
process.on('SIGTERM', () => {
    rmSync(portFile, { force: true });
    process.exit(0);
});
