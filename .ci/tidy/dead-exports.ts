/**
 * Exports that nobody imports, found from the syntax of all files at once: every import, re-export, type import and relative
 * path in a string is a use. It never calls a used export dead; it forgives what a cheap look cannot decide (`export *`,
 * namespace imports and files named by a string count as a use of everything in the file).
 */
import { posix } from 'node:path';
import ts from 'typescript';
import type { Finding, SourceText } from './finding.ts';

interface Declared {
    readonly name: string;
    readonly line: number;
    /** The declaration itself; a type needed to spell another export of the same file is not dead. */
    readonly node: ts.Node;
    readonly isType: boolean;
}

interface Parsed {
    readonly path: string;
    readonly declared: readonly Declared[];
    /** `path` to the names used of it; `*` is every name. */
    readonly uses: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * Finds the dead exports of `files`. Files for which `isEntry` says yes are used from outside (public index files, configuration,
 * scenario files, command lines): their own exports are never dead. Linear in the size of the sources.
 */
export function deadExports(files: readonly SourceText[], isEntry: (path: string) => boolean): Finding[] {
    const parsed = files.map(parse);
    const used = new Map<string, Set<string>>();
    for (const { uses } of parsed) {
        for (const [path, names] of uses) add(used, path, [...names]);
    }
    return parsed
        .filter(({ path }) => !isEntry(path))
        .flatMap(({ path, declared }) => {
            const names = used.get(path) ?? new Set<string>();
            if (names.has('*')) return [];
            const spellsAnother = (entry: Declared): boolean =>
                entry.isType && declared.some(other => other !== entry && mentions(other, entry.name));
            return declared
                .filter(entry => !names.has(entry.name) && !spellsAnother(entry))
                .map(({ name, line }) => ({
                    file: path,
                    line,
                    problem: `nobody imports ${name}`,
                    fix: 'Delete it, or drop "export" when only this file uses it.'
                }));
        });
}

function parse({ path, text }: SourceText): Parsed {
    const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS);
    const uses = new Map<string, Set<string>>();
    const use = (specifier: ts.Node | undefined, names: readonly string[]): void => {
        if (specifier === undefined || !ts.isStringLiteralLike(specifier) || !specifier.text.startsWith('.')) return;
        add(uses, posix.join(posix.dirname(path), specifier.text), names);
    };
    visit(source);
    return { path, declared: source.statements.flatMap(statement => declaredBy(statement, source)), uses };

    function visit(node: ts.Node): void {
        if (ts.isImportDeclaration(node)) return use(node.moduleSpecifier, importedNames(node.importClause));
        if (ts.isExportDeclaration(node)) return use(node.moduleSpecifier, reexportedNames(node.exportClause));
        // Also `import('./x.ts').Name` in a type, `await import('./x.ts')` and `new URL('./worker.ts', import.meta.url)`.
        if (ts.isStringLiteralLike(node)) use(node, ['*']);
        ts.forEachChild(node, visit);
    }
}

function add(uses: Map<string, Set<string>>, path: string, names: readonly string[]): void {
    const known = uses.get(path) ?? new Set();
    names.forEach(name => known.add(name));
    uses.set(path, known);
}

function importedNames(clause: ts.ImportClause | undefined): string[] {
    if (clause === undefined) return [];
    const names = clause.name === undefined ? [] : ['default'];
    const bindings = clause.namedBindings;
    if (bindings === undefined) return names;
    if (ts.isNamespaceImport(bindings)) return ['*'];
    return [...names, ...bindings.elements.map(element => (element.propertyName ?? element.name).text)];
}

function reexportedNames(clause: ts.NamedExportBindings | undefined): string[] {
    if (clause === undefined || ts.isNamespaceExport(clause)) return ['*'];
    return clause.elements.map(element => (element.propertyName ?? element.name).text);
}

function declaredBy(statement: ts.Statement, source: ts.SourceFile): Declared[] {
    const line = source.getLineAndCharacterOfPosition(statement.getStart(source)).line + 1;
    const entry = (name: string, node: ts.Node = statement): Declared => ({
        name,
        line,
        node,
        isType: ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)
    });
    if (ts.isExportAssignment(statement)) return [entry('default')];
    if (ts.isExportDeclaration(statement)) {
        const clause = statement.exportClause;
        if (clause === undefined || ts.isNamespaceExport(clause)) return [];
        return clause.elements.map(({ name }) => entry(name.text));
    }
    const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
    if (!modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
    if (modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)) return [entry('default')];
    if (ts.isVariableStatement(statement)) {
        return statement.declarationList.declarations.flatMap(({ name }) => boundNames(name)).map(name => entry(name));
    }
    const { name } = statement as ts.DeclarationStatement;
    return name !== undefined && ts.isIdentifier(name) ? [entry(name.text)] : [];
}

function boundNames(name: ts.BindingName): string[] {
    if (ts.isIdentifier(name)) return [name.text];
    return name.elements.flatMap(element => (ts.isOmittedExpression(element) ? [] : boundNames(element.name)));
}

function mentions(declared: Declared, name: string): boolean {
    const found = (node: ts.Node): boolean =>
        (ts.isIdentifier(node) && node.text === name) ||
        ts.forEachChild(node, child => found(child) || undefined) === true;
    return found(declared.node);
}
