/**
 * The canister of the conformance table in Azle. The one in Motoko has the same methods (`language-motoko.ts`), and those
 * for bounded-wait calls, which Azle does not have.
 */

/** As a project would have it in `main.ts`. */
export const AZLE = `
import {
    call, canisterCycleBalance, canisterVersion, certifiedDataSet, cyclesBurn, dataCertificate, heartbeat, IDL,
    inReplicatedExecution, inspectMessage, isController, msgArgData, msgCaller, msgCyclesAccept, msgCyclesRefunded,
    msgMethodName, msgReject, performanceCounter, Principal, query, setTimer, StableBTreeMap, time, trap, update
} from 'azle';

const TWO = [IDL.Principal, IDL.Text];
const PAY = [IDL.Principal, IDL.Nat, IDL.Nat];
const add = (id: Principal) => call<[bigint], void>(id, 'add', { paramIdlTypes: [IDL.Nat], args: [1n] });

async function told(made: Promise<unknown>): Promise<string> {
    try {
        await made;
        return 'ok';
    } catch (error) {
        const { rejectCode, rejectMessage } = error as { rejectCode?: number; rejectMessage?: string };
        return rejectCode === undefined ? 'call ' + JSON.stringify(error) : rejectCode + ' ' + rejectMessage;
    }
}

export default class {
    // The total survives upgrades, as Motoko's does; everything else is lost.
    kept = new StableBTreeMap<string, bigint>(0);
    lost: bigint = 0n;
    cleaned: bigint = 0n;
    ticks: bigint = 0n;
    beats: bigint = 0n;

    get total(): bigint { return this.kept.get('total') ?? 0n; }
    set total(n: bigint) { this.kept.insert('total', n); }

    @update([IDL.Nat]) add(n: bigint): void { this.total += n; this.lost += n; }
    @query([], IDL.Nat) get(): bigint { return this.total; }
    @query([], IDL.Nat) volatile(): bigint { return this.lost; }
    @query([], IDL.Vec(IDL.Nat)) counts(): bigint[] { return [this.cleaned, this.ticks, this.beats]; }

    @update([]) trapBefore(): void { this.total += 1n; trap('before'); }
    @update([IDL.Principal]) async trapAfter(id: Principal): Promise<void> {
        this.total += 1n;
        await add(id);
        this.total += 10n;
        trap('after');
    }
    @update([IDL.Principal]) async trapCleaned(id: Principal): Promise<void> {
        try {
            await add(id);
            this.total += 10n;
            trap('after');
        } finally {
            this.cleaned += 1n;
        }
    }
    @update([IDL.Text], undefined, { manual: true }) fail(): void {
        msgReject(IDL.decode([IDL.Text], msgArgData())[0] as unknown as string);
    }
    @update([]) dropTotal(): void { this.total = 0n; const n = 1n / this.total; this.total = n; }
    @query([], IDL.Nat) change(): bigint { this.total += 5n; return this.total; }

    @update(TWO, IDL.Text) async caught(id: Principal, method: string): Promise<string> {
        const raw = Uint8Array.from([68, 73, 68, 76, 0, 0]);
        return told(call<Uint8Array, Uint8Array>(id, method, { raw: true, args: raw }));
    }
    @update(TWO, IDL.Text) async caughtFail(id: Principal, text: string): Promise<string> {
        return told(call<[string], void>(id, 'fail', { paramIdlTypes: [IDL.Text], args: [text] }));
    }

    @update(PAY, IDL.Nat) async pay(id: Principal, cycles: bigint, accept: bigint): Promise<bigint> {
        await call(id, 'take', { paramIdlTypes: [IDL.Nat], returnIdlType: IDL.Nat, args: [accept], cycles });
        return msgCyclesRefunded();
    }
    @update(PAY, IDL.Nat) async payTrap(id: Principal, cycles: bigint, accept: bigint): Promise<bigint> {
        const options = { paramIdlTypes: [IDL.Nat], returnIdlType: IDL.Nat, args: [accept], cycles };
        await told(call(id, 'takeAndTrap', options));
        return msgCyclesRefunded();
    }
    @update([IDL.Nat], IDL.Nat) take(n: bigint): bigint { return msgCyclesAccept(n); }
    @update([IDL.Nat], IDL.Nat) takeAndTrap(n: bigint): bigint { msgCyclesAccept(n); trap('took'); }
    @update([IDL.Nat], IDL.Nat) burn(n: bigint): bigint { return cyclesBurn(n); }
    @query([], IDL.Nat) balance(): bigint { return canisterCycleBalance(); }

    @update([IDL.Nat64]) alarm(seconds: bigint): void { setTimer(Number(seconds), () => { this.ticks += 1n; }); }
    @update([], IDL.Nat64) version(): bigint { return canisterVersion(); }
    @update([IDL.Nat], IDL.Nat64) work(n: bigint): bigint {
        let i = 0;
        while (i < Number(n)) { i += 1; }
        return performanceCounter(0);
    }
    @update([], IDL.Bool) replicatedUpdate(): boolean { return inReplicatedExecution(); }
    @query([], IDL.Bool) replicated(): boolean { return inReplicatedExecution(); }
    @update([IDL.Vec(IDL.Nat8)]) certify(data: Uint8Array): void { certifiedDataSet(data); }
    @query([], IDL.Opt(IDL.Vec(IDL.Nat8))) certificate(): [Uint8Array] | [] {
        const found = dataCertificate();
        return found === undefined ? [] : [found];
    }
    @update([IDL.Principal], IDL.Bool) controller(p: Principal): boolean { return isController(p); }
    @update([IDL.Principal], IDL.Principal) async whoAfter(id: Principal): Promise<Principal> {
        await add(id);
        return msgCaller();
    }
    @update([IDL.Text]) print(text: string): void { console.info(text); }
    @update([], IDL.Nat64) now(): bigint { return time(); }

    @query([IDL.Principal], IDL.Nat, { composite: true }) async sum(id: Principal): Promise<bigint> {
        this.total += 1n;
        return this.total + (await call<[], bigint>(id, 'get', { returnIdlType: IDL.Nat }));
    }

    @update([]) hidden(): void {}
    @heartbeat beat(): void { this.beats += 1n; }
    @inspectMessage inspect(): boolean { return msgMethodName() !== 'hidden'; }
}`;
