/** The instances of a server, by number. */
import type { FastifyInstance } from 'fastify';
import { wishOf } from './config.ts';
import { PocketIcError } from './errors.ts';
import { interfaceOf, type GatewayInfo } from './gateways.ts';
import { PocketInstance } from './instance.ts';
import { LiveMode } from './live.ts';
import { PRODUCTION_ROUNDS, type Rounds } from './rounds.ts';

/** What instances need from outside. */
export interface InstanceNeeds {
    readonly clockNs: () => bigint;
    readonly version: string;
    /** How the messages of an instance execute; by default as in production. */
    readonly roundsOf?: (instance: number) => Rounds;
    /** A canister printed a line. */
    readonly onPrint: (canister: string, line: string) => void;
    /** Something of ours failed. */
    readonly onError: (error: unknown) => void;
}

interface Entry {
    readonly instance: PocketInstance;
    readonly live: LiveMode;
    /** The HTTP interface under the instance's own path; made when somebody asks. */
    app: FastifyInstance | undefined;
}

export class Instances {
    readonly #entries: (Entry | undefined)[] = [];
    readonly #needs: InstanceNeeds;

    constructor(needs: InstanceNeeds) {
        this.#needs = needs;
    }

    /** Creates one and says what it is; `startGateway` is asked for the gateway that comes with it. Throws `PocketIcError`. */
    async create(config: unknown, startGateway: (gateway: object) => Promise<GatewayInfo>): Promise<object> {
        const { clockNs, onPrint, onError, roundsOf } = this.#needs;
        const wish = wishOf(config);
        const number = this.#entries.length;
        const rounds = roundsOf?.(number) ?? PRODUCTION_ROUNDS;
        const instance = new PocketInstance(number, wish, { onPrint, rounds });
        const live = new LiveMode(instance, { clockNs, onFailure: onError });
        this.#entries.push({ instance, live, app: undefined });
        if (wish.progressMs !== undefined) live.start(wish.progressMs);
        let info: GatewayInfo | null = null;
        if (wish.gateway !== undefined) {
            try {
                info = await startGateway({ ...wish.gateway, forward_to: { PocketIcInstance: number } });
            } catch (error) {
                await this.delete(number);
                throw error;
            }
        }
        return { Created: { instance_id: number, topology: instance.topology.toJson(), http_gateway_info: info } };
    }

    /** Throws `PocketIcError` when there is none (any more). */
    get(number: number): Entry {
        const entry = this.#entries[number];
        if (entry === undefined) {
            const wasThere = number < this.#entries.length;
            const what = wasThere ? 'was deleted' : 'not found';
            throw new PocketIcError(`UpdateError { message: "Instance ${what}" }`, 404);
        }
        return entry;
    }

    has(number: number): boolean {
        return this.#entries[number] !== undefined;
    }

    /** The HTTP interface of an instance, for agents. */
    interfaceOf(number: number): FastifyInstance {
        return interfaceOf(this.get(number), this.#needs.version, this.#needs.onError);
    }

    /** The one under the instance's own path. */
    ownInterface(number: number): FastifyInstance {
        const entry = this.get(number);
        return (entry.app ??= this.interfaceOf(number));
    }

    async delete(number: number): Promise<void> {
        const { live, app } = this.get(number);
        this.#entries[number] = undefined;
        live.stop();
        await app?.close();
    }

    async deleteAll(): Promise<void> {
        const left = this.#entries.flatMap((entry, number) => (entry === undefined ? [] : [number]));
        await Promise.all(left.map((number) => this.delete(number)));
    }

    /** As `GET /instances` lists them. */
    list(): string[] {
        return this.#entries.map((entry) => (entry === undefined ? 'Deleted' : 'Available'));
    }
}
