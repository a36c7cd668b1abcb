/**
 * Candid values in the textual form of the Candid specification (section "Values"), short enough to read: principals that have
 * a name appear under it, long blobs and vectors are cut. For people only; nothing parses it.
 */
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { plain } from './text.ts';

export interface CandidTextOptions {
    /** Name of a principal (its text) that readers know: an actor or a role. */
    readonly nameOf?: (principal: string) => string | undefined;
    /** Elements of a vector and bytes of a blob that are shown. Default 16. */
    readonly elementsMax?: number;
    /** Characters of a text that are shown. Default 60. */
    readonly charactersMax?: number;
}

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** How @dfinity/candid calls a field of which only the hash is known. */
const HASHED_FIELD = /^_(\d+)_$/;

/**
 * Arguments or results as `(60, "alice")`. `values` are what @dfinity/candid decodes for `types`. Pure, linear in what is shown.
 * Throws what @dfinity/candid throws when a value does not fit its type.
 */
export function candidText(types: readonly IDL.Type[], values: readonly unknown[], options: CandidTextOptions = {}): string {
    return `(${types.map((type, index) => valueText(type, values[index], options)).join(', ')})`;
}

/** One value as Candid text, without parentheses. Pure. */
export function valueText(type: IDL.Type, value: unknown, options: CandidTextOptions = {}): string {
    return type.accept(new Renderer(options), value);
}

/** Bytes as the Candid text form `blob "\00\01"`, cut after `bytesMax`; the full length is shown when it was cut. Pure. */
export function blobText(bytes: Uint8Array, bytesMax = 16): string {
    const shown = Array.from(bytes.subarray(0, bytesMax), byte => `\\${byte.toString(16).padStart(2, '0')}`).join('');
    return bytes.length <= bytesMax ? `blob "${shown}"` : `blob "${shown}..." (${bytes.length} bytes)`;
}

/** Renders a value by the type's own dispatch; the data of the visitor is the value. */
class Renderer extends IDL.Visitor<unknown, string> {
    readonly #options: CandidTextOptions;

    constructor(options: CandidTextOptions) {
        super();
        this.#options = options;
    }

    override visitType(type: IDL.Type, value: unknown): string {
        return plain(type.valueToString(value));
    }

    /** Numbers of every width: `@dfinity/candid` gives bigint or number, both print as Candid literals. */
    override visitPrimitive(_type: IDL.PrimitiveType, value: unknown): string {
        return String(value);
    }

    override visitNull(): string {
        return 'null';
    }

    override visitReserved(): string {
        return 'reserved';
    }

    override visitText(_type: IDL.TextClass, value: unknown): string {
        const max = this.#options.charactersMax ?? 60;
        const text = String(value);
        const shown = text.length > max ? `${text.slice(0, max)}...` : text;
        return `"${plain(shown.replace(/["\\]/g, '\\$&'))}"`;
    }

    override visitPrincipal(_type: IDL.PrincipalClass, value: unknown): string {
        const text = (value as Principal).toText();
        const name = this.#options.nameOf?.(text);
        return name === undefined ? `principal "${text}"` : plain(name);
    }

    override visitVec<T>(_vec: IDL.VecClass<T>, element: IDL.Type<T>, value: unknown): string {
        const items = value as ArrayLike<unknown>;
        const max = this.#options.elementsMax ?? 16;
        if (element instanceof IDL.FixedNatClass && element._bits === 8) {
            return blobText(Uint8Array.from(items as ArrayLike<number>), max);
        }
        const shown: string[] = [];
        for (let index = 0; index < Math.min(items.length, max); index += 1) shown.push(element.accept(this, items[index]));
        if (items.length > max) shown.push(`... (${items.length} elements)`);
        return shown.length === 0 ? 'vec {}' : `vec { ${shown.join('; ')} }`;
    }

    override visitOpt<T>(_opt: IDL.OptClass<T>, inner: IDL.Type<T>, value: unknown): string {
        const items = value as readonly unknown[];
        return items.length === 0 ? 'null' : `opt ${inner.accept(this, items[0])}`;
    }

    override visitRecord(_record: IDL.RecordClass, fields: Array<[string, IDL.Type]>, value: unknown): string {
        const values = value as Readonly<Record<string, unknown>>;
        const shown = fields.map(([name, type]) => `${fieldName(name)} = ${type.accept(this, values[name])}`);
        return shown.length === 0 ? 'record {}' : `record { ${shown.join('; ')} }`;
    }

    override visitTuple<T extends unknown[]>(_tuple: IDL.TupleClass<T>, types: IDL.Type[], value: unknown): string {
        const values = value as readonly unknown[];
        return `record { ${types.map((type, index) => type.accept(this, values[index])).join('; ')} }`;
    }

    override visitVariant(_variant: IDL.VariantClass, fields: Array<[string, IDL.Type]>, value: unknown): string {
        const values = value as Readonly<Record<string, unknown>>;
        const chosen = fields.find(([name]) => Object.hasOwn(values, name));
        if (chosen === undefined) throw new TypeError(`variant without one of its fields: ${Object.keys(values).join(', ')}`);
        const [name, type] = chosen;
        const tag = fieldName(name);
        return type instanceof IDL.NullClass ? `variant { ${tag} }` : `variant { ${tag} = ${type.accept(this, values[name])} }`;
    }

    override visitRec<T>(_rec: IDL.RecClass<T>, type: IDL.ConstructType<T>, value: unknown): string {
        return type.accept(this, value);
    }

    override visitFunc(_func: IDL.FuncClass, value: unknown): string {
        const [principal, method] = value as readonly [Principal, string];
        return `func ${this.visitPrincipal(IDL.Principal, principal)}.${plain(method)}`;
    }

    override visitService(_service: IDL.ServiceClass, value: unknown): string {
        return `service ${this.visitPrincipal(IDL.Principal, value)}`;
    }
}

function fieldName(name: string): string {
    const hashed = HASHED_FIELD.exec(name);
    if (hashed !== null) return hashed[1]!;
    return IDENTIFIER.test(name) ? name : `"${plain(name)}"`;
}
