/** Which canisters are built, and after which others. */
import { DependencyCycleError, UndeclaredCanisterError, UnsupportedCanisterTypeError } from './errors.ts';
import type { AzleDeclaration, CustomDeclaration, MotokoDeclaration, Project } from './project/types.ts';

export type BuildableDeclaration = AzleDeclaration | MotokoDeclaration | CustomDeclaration;

/** The declaration of a name. Throws UndeclaredCanisterError, UnsupportedCanisterTypeError. */
export function declarationOf(project: Project, name: string, wantedBy: string | undefined): BuildableDeclaration {
    const found = project.canisters.get(name);
    if (found === undefined) throw new UndeclaredCanisterError(project.file, name, wantedBy, [...project.canisters.keys()]);
    if (found.type === 'unsupported') throw new UnsupportedCanisterTypeError(project.file, name, found.declaredType);
    return found;
}

/**
 * The names in an order in which each follows everything it depends on; among the free ones, the order given.
 * Throws DependencyCycleError that names the circle.
 */
export function inDependencyOrder(project: Project, dependencies: ReadonlyMap<string, readonly string[]>): readonly string[] {
    const done = new Set<string>();
    const path: string[] = [];
    const visit = (name: string): void => {
        if (done.has(name)) return;
        if (path.includes(name)) throw new DependencyCycleError(project.file, [...path.slice(path.indexOf(name)), name]);
        path.push(name);
        for (const next of dependencies.get(name) ?? []) visit(next);
        path.pop();
        done.add(name);
    };
    for (const name of dependencies.keys()) visit(name);
    return [...done];
}
