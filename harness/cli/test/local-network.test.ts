import { afterEach, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { findNetwork } from '../local-network.ts';
import { temporaryProject } from './run-cli.ts';

let remove: () => void = () => undefined;
afterEach(() => remove());

/** A project and a home directory in one. */
function place(files: Readonly<Record<string, string>>): (name: string) => ReturnType<typeof findNetwork> {
    const project = temporaryProject(files);
    ({ remove } = project);
    const here = { home: join(project.directory, 'home'), platform: 'linux' as const, env: {} };
    return name => findNetwork(project.directory, name, here);
}

const dfx = (networks: object): string => JSON.stringify({ networks });
const SHARED = 'home/.config/dfx/networks.json';

describe('a network is found', () => {
    it.each<[string, Readonly<Record<string, string>>, string]>([
        ['by dfx.json', { 'dfx.json': dfx({ local: { bind: '127.0.0.1:8123' } }) }, 'http://127.0.0.1:8123'],
        [
            'by the port that a running network of the project wrote down',
            { 'dfx.json': dfx({ local: { bind: '0.0.0.0:0' } }), '.dfx/network/local/webserver-port': '4999\n' },
            'http://127.0.0.1:4999'
        ],
        ['by providers', { 'dfx.json': dfx({ local: { providers: ['http://localhost:9'] } }) }, 'http://localhost:9'],
        ['by the shared configuration', { 'dfx.json': '{}', [SHARED]: '{"local":{"bind":"[::1]:7"}}' }, 'http://[::1]:7'],
        ['by the shared port', { 'home/.local/share/dfx/network/local/webserver-port': '4943' }, 'http://127.0.0.1:4943'],
        [
            "by icp-cli's descriptor",
            { '.icp/cache/networks/local/descriptor.json': '{"gateway":{"fixed":true,"port":8000}}' },
            'http://127.0.0.1:8000'
        ]
    ])('%s', (_how, files, url) => expect(place(files)('local')).toEqual({ url }));

    it('with the root key that a descriptor gives', () => {
        const text = '{"gateway":{"port":8000},"root-key":"3081"}';
        const found = place({ '.icp/cache/networks/local/descriptor.json': text })('local');
        expect([...found.rootKey!]).toEqual([0x30, 0x81]);
    });
});

describe('it says what is wrong', () => {
    it('when there is none: where it looked, and what to do', () => {
        const find = place({ 'dfx.json': '{}' });
        expect(() => find('local')).toThrow(/^No running network 'local' was found; looked at .*webserver-port\.$/);
    });

    it.each<[string, Readonly<Record<string, string>>, string]>([
        ['no JSON', { 'dfx.json': '{' }, 'cannot be read as JSON'],
        ['no networks', { 'dfx.json': '{"networks": 1}' }, "'networks' does not list networks by name"],
        ['no address', { 'dfx.json': dfx({ local: { bind: ':::' } }) }, "':::' is no address to bind to"],
        ['no port', { '.dfx/network/local/webserver-port': 'x' }, "'x' is no port"],
        ['no gateway', { '.icp/networks/local/descriptor.json': '{}' }, 'is no description of a network']
    ])('when a file holds %s', (_what, files, message) => expect(() => place(files)('local')).toThrow(message));
});
