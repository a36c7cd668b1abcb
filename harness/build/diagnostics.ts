/** What a compiler says about a source, in one form for all compilers. */
import { BuildError } from './errors.ts';

export interface Diagnostic {
    /** Path as the compiler names it, relative to the project; empty when it names none. */
    readonly file: string;
    /** 1-based; 0 when the compiler gives no position. */
    readonly line: number;
    /** 1-based; 0 when the compiler gives no position. */
    readonly column: number;
    readonly severity: 'error' | 'warning';
    /** `M0096`; empty when the compiler has no codes. */
    readonly code: string;
    readonly message: string;
}

/** `canisters/vault/vault.mo:3:25: error M0029: unbound type Foo`, the form that terminals and editors make a link of. */
export function formatDiagnostic({ file, line, column, severity, code, message }: Diagnostic): string {
    const place = file === '' ? '' : line === 0 ? `${file}: ` : `${file}:${line}:${column}: `;
    return `${place}${severity}${code === '' ? '' : ` ${code}`}: ${message}`;
}

/** A canister does not compile. The message holds every error with file and line. */
export class CompileError extends BuildError {
    readonly canister: string;
    readonly diagnostics: readonly Diagnostic[];

    constructor(canister: string, diagnostics: readonly Diagnostic[], fix?: string) {
        const errors = diagnostics.filter(({ severity }) => severity === 'error');
        const text = errors.map(formatDiagnostic).join('\n');
        super(
            'COMPILE',
            `Canister '${canister}' does not compile:\n${text}`,
            fix ?? 'Correct the source at the place named.'
        );
        this.canister = canister;
        this.diagnostics = diagnostics;
    }
}
