/**
 * Stands for a PocketIC server while a suite is explored: asks the host of the exploration for one, prints what that prints, and ends as it
 * ends. A process of the server's own takes a second to load what the host has loaded. Plain JavaScript, because it runs on the
 * suite's own Node.
 */
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const { INTERLEAVE_SUITE_HOST: host, INTERLEAVE_SUITE_RUN: run } = process.env;
const args = process.argv.slice(2);
const SIGNALS = ['SIGTERM', 'SIGINT'];
/** What clients give, and of which form. Others print something, or fail, and need no server. */
const HOSTED = { '--port-file': /^[^-]/, '--ttl': /^\d{1,6}$/, '--hard-ttl': /^\d{1,6}$/ };

// Whoever started it may listen no longer.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
const isFlag = word => Object.hasOwn(HOSTED, word);
const isHosted = args.every((word, index) => (index % 2 === 0 ? isFlag(word) : HOSTED[args[index - 1]].test(word)));
if (isHosted && args.length % 2 === 0) askHost();
else runHere();

function askHost() {
    const socket = connect(host);
    const send = message => socket.write(`${JSON.stringify(message)}\n`);
    let isConnected = false;
    socket.once('connect', () => {
        isConnected = true;
        send({ args, run, directory: process.cwd() });
        for (const signal of SIGNALS) process.on(signal, () => socket.end());
    });
    // Errors of the socket come here once more.
    createInterface({ input: socket }).on('error', () => undefined).on('line', line => {
        const { out, note, exit } = JSON.parse(line);
        if (out !== undefined) process.stdout.write(out);
        if (note !== undefined) process.stderr.write(`${note}\n`);
        if (exit !== undefined) process.exitCode = exit;
    });
    socket.once('error', () => (isConnected ? (process.exitCode = 1) : runHere()));
    socket.once('close', () => (process.exitCode ??= isConnected ? 1 : undefined));
}

function runHere() {
    const entry = join(dirname(fileURLToPath(import.meta.url)), 'interleave.mjs');
    const child = spawn(process.execPath, [entry, 'pocket-ic', ...args], { stdio: 'inherit' });
    for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
    child.once('exit', code => (process.exitCode = code ?? 1));
}
