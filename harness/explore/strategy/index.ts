/** Strategies by name. */
import type { StrategyName } from '../results.ts';
import { Exhaustive } from './exhaustive.ts';
import { Production } from './production.ts';
import { RandomWalk } from './random-walk.ts';
import type { Strategy } from './strategy.ts';

/** A fresh strategy. `withFaults`: whether the scenario declares any. */
export function strategyFor(name: StrategyName, options: { readonly withFaults: boolean }): Strategy {
    switch (name) {
        case 'random':
            return new RandomWalk(options);
        case 'production':
            return new Production();
        case 'exhaustive':
            return new Exhaustive();
    }
}
