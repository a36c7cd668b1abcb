/** Checks as functions of what is observed; exploration decides when they run. */
export { answerOf } from './answer.ts';
export { fold, isWitnessed, judge, modelText, outcomeText } from './guard.ts';
export { inFlightRecords } from './in-flight.ts';
export { expectedOutcomes, expectedTexts } from './outcomes.ts';
export { Observer } from './observer.ts';
export type { ObservedSystem } from './system.ts';
export { valueText } from './value-text.ts';
