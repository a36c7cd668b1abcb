/** Imports: functions of the System API and nothing else (ic-semantics 1.1). */
import { typeOfImport } from '../ic0/index.ts';
import { typeOfFunction } from '../wasm/index.ts';
import type { FunctionType, ModuleShape } from '../wasm/index.ts';
import { invalidSection } from './errors.ts';
import { checkType } from './signatures.ts';

const SYSTEM_MODULE = 'ic0';
const PLURAL = { table: 'tables', memory: 'memories', global: 'globals', tag: 'tags' } as const;

/** Throws `InvalidCodeError` at the first import that is no System API function, or that has another type. */
export function checkImports(shape: ModuleShape): void {
    const [other] = shape.otherImports;
    if (other !== undefined) {
        throw invalidSection('import', `Importing ${PLURAL[other.kind]} is not allowed.`);
    }
    const width = shape.memory?.width ?? 32;
    for (const [index, { module, name }] of shape.imports.entries()) {
        const expected = typeOfImport(name, width);
        if (expected === undefined) {
            throw invalidSection(
                'import',
                `Module imports function '${name}' from '${module}' that is not exported by the runtime.`
            );
        }
        if (module !== SYSTEM_MODULE) {
            throw invalidSection(
                'import',
                `Module imports function "${name}" from "${module}", expected to be imported from one of ` +
                    `["${SYSTEM_MODULE}"] instead.`
            );
        }
        checkType(name, expected, typeOfFunction(shape, index) as FunctionType);
    }
}
