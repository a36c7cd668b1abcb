/** Checks as functions of what is observed; exploration decides when they run. */
export { answerOf } from './answer.ts';
export { fold, guest, isWitnessed, judge, modelText, outcomeText } from './guard.ts';
export { inFlightRecords } from './in-flight.ts';
export { expectedOutcomes, expectedTexts } from './outcomes.ts';
export { Observer } from './observer.ts';
export { CALLS, IN_FLIGHT, MODEL, ORDER, PREVIOUS, observationBit, Reads } from './reads.ts';
export { MessagePropertyError, PROPERTIES } from './properties/error.ts';
export type { PropertyNumber } from './properties/error.ts';
export type { HistoryMark } from './properties/history.ts';
export { MessageProperties } from './properties/properties.ts';
export { sameValue } from './same-value.ts';
export type { ObservedSystem } from './system.ts';
export { valueText } from './value-text.ts';
export { linearizable } from './linearizability/linearizable.ts';
export { REJECTED } from './linearizability/specification.ts';
export type { SequentialSpec, Transition } from './linearizability/specification.ts';
