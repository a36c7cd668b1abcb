/** deposit_cycles, provisional_top_up_canister. */
import { ANYONE } from './access.ts';
import { about, done, type Method } from './method.ts';
import { CANISTER_ID, TOP_UP, type TopUpArgs } from './types.ts';

export const CYCLES: readonly Method[] = [
    about('deposit_cycles', 'canisters', CANISTER_ID, ANYONE, ({ subnet, cycles }, canister) => {
        subnet.addCycles(canister, cycles);
        return done(cycles);
    }),
    about('provisional_top_up_canister', 'everyone', TOP_UP, ANYONE, ({ subnet }, canister, args: TopUpArgs) => {
        subnet.addCycles(canister, args.amount);
        return done();
    })
];
