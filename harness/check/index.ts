/** Checks as functions of what is observed; exploration decides when they run. */
export { fold, isWitnessed, judge, outcomeText } from './guard.ts';
export { inFlightRecords } from './in-flight.ts';
export { Observer } from './observer.ts';
export type { ObservedSystem } from './system.ts';
export { valueText } from './value-text.ts';
