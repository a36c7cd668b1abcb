/**
 * A canister module with nothing around it: no rewriting, no rollback, no queues, the smallest host functions that let one method
 * run. What the embedded replica costs is measured as a ratio to this, in the same process.
 */
import { prepareModule } from '../harness/replica/wasm/index.ts';
import type { ImportedFunction } from '../harness/replica/wasm/index.ts';

type Wide = number | bigint;

const STABLE_PAGE = 65_536;

export class BareCanister {
    readonly #instance: WebAssembly.Instance;
    readonly #memory: WebAssembly.Memory;
    #stable = new Uint8Array(0);
    #argument: Uint8Array = new Uint8Array(0);
    readonly #caller = Uint8Array.of(4);
    readonly #self = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1, 1, 1);
    /** Bytes replied so far; read by nobody, so that the copy is not optimised away. */
    replied = 0;

    constructor(wasm: Uint8Array) {
        const { imports } = prepareModule(wasm);
        const ic0 = Object.fromEntries(imports.map((imported) => [imported.name, this.#host(imported)]));
        this.#instance = new WebAssembly.Instance(new WebAssembly.Module(wasm as Uint8Array<ArrayBuffer>), { ic0 });
        const { memory, mem } = this.#instance.exports;
        this.#memory = (memory ?? mem) as WebAssembly.Memory;
    }

    /** Runs an exported entry point with an argument. */
    run(entry: string, argument: Uint8Array): void {
        this.#argument = argument;
        (this.#instance.exports[entry] as () => void)();
    }

    #host({ name, results }: ImportedFunction): (...args: Wide[]) => Wide | undefined {
        const known = this.#known(name);
        const wide = results[0] === 'i64';
        return (...args) => {
            const value = known(args.map(Number));
            if (results.length === 0) return undefined;
            return wide ? BigInt(value) : value;
        };
    }

    #known(name: string): (args: number[]) => number {
        const blob = (bytes: () => Uint8Array): ((args: number[]) => number) => {
            return ([to = 0, offset = 0, size = 0]) => {
                this.#bytes().set(bytes().subarray(offset, offset + size), to);
                return 0;
            };
        };
        switch (name) {
            case 'msg_arg_data_size': return () => this.#argument.length;
            case 'msg_arg_data_copy': return blob(() => this.#argument);
            case 'msg_caller_size': return () => this.#caller.length;
            case 'msg_caller_copy': return blob(() => this.#caller);
            case 'canister_self_size': return () => this.#self.length;
            case 'canister_self_copy': return blob(() => this.#self);
            case 'msg_reply_data_append': return ([from = 0, size = 0]) => {
                this.replied += this.#bytes().slice(from, from + size).length;
                return 0;
            };
            case 'stable64_size': return () => this.#stable.length / STABLE_PAGE;
            case 'stable64_grow': return ([pages = 0]) => this.#growStable(pages);
            case 'stable64_read': return ([to = 0, from = 0, size = 0]) => {
                this.#bytes().set(this.#stable.subarray(from, from + size), to);
                return 0;
            };
            case 'stable64_write': return ([to = 0, from = 0, size = 0]) => {
                this.#stable.set(this.#bytes().subarray(from, from + size), to);
                return 0;
            };
            case 'in_replicated_execution':
            case 'canister_status': return () => 1;
            case 'trap': return ([from = 0, size = 0]) => {
                throw new Error(`bare canister: ${new TextDecoder().decode(this.#bytes().slice(from, from + size))}`);
            };
            default: return () => 0;
        }
    }

    #bytes(): Uint8Array {
        return new Uint8Array(this.#memory.buffer);
    }

    #growStable(pages: number): number {
        const before = this.#stable.length / STABLE_PAGE;
        const grown = new Uint8Array(this.#stable.length + pages * STABLE_PAGE);
        grown.set(this.#stable);
        this.#stable = grown;
        return before;
    }
}
