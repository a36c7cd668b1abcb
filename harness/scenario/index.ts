/** What other rooms use of this one; scenario files use `harness/index.ts`. */
export { Binding } from './bind.ts';
export type { AddressBook, BoundFault, BoundObservation, RoleInterface } from './bind.ts';
export { encodeInit } from './init.ts';
export {
    ArgumentMismatchError,
    InvalidScenarioError,
    ObserveFailedError,
    ScenarioError,
    ScenarioFunctionError,
    UnknownMethodError,
    UnknownRoleError
} from './errors.ts';
export { outcallHandler } from './outcalls.ts';
export type { BoundCall, BoundProgram } from './program.ts';
