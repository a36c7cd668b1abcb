/** One PocketIC server for all test files. */
import { PocketIcServer } from '@dfinity/pic';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
    export interface ProvidedContext {
        PIC_URL: string;
    }
}

let server: PocketIcServer | undefined;

export async function setup({ provide }: TestProject): Promise<void> {
    server = await PocketIcServer.start();
    provide('PIC_URL', server.getUrl());
}

export async function teardown(): Promise<void> {
    await server?.stop();
}
