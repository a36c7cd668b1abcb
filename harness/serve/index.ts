/** The public surface of the serve room. */
export { startServer } from './server.ts';
export type { ServeEvent, ServeOptions, Server } from './server.ts';
