/** The public surface of the serve room. */
export { startServer } from './server.ts';
export type { ServeEvent, ServeOptions, Server } from './server.ts';
export { startPocketIcServer } from './pocketic/server.ts';
export type { Rounds } from './pocketic/rounds.ts';
export type { PocketIcServer } from './pocketic/server.ts';
export { TIMER_MS_MAX } from './timer.ts';
