/** Syntax of Candid's textual values: from tokens to a tree that knows no types yet. */
import { CandidValueError } from './errors.ts';
import { tokens } from './text-tokens.ts';
import type { Token } from './text-tokens.ts';

interface At {
    readonly offset: number;
    /** Name of the primitive type in `(value : type)`; undefined without one and for composed types. */
    readonly annotation?: string;
}

/** Key of a record field: by name, by number, or by place. */
export type Label = { readonly name: string } | { readonly id: number };

export interface FieldNode {
    readonly label: Label;
    readonly value: ValueNode;
    readonly offset: number;
}

export type ValueNode = At &
    (
        | { readonly kind: 'null' }
        | { readonly kind: 'bool'; readonly value: boolean }
        | { readonly kind: 'number'; readonly text: string }
        | { readonly kind: 'text' | 'blob'; readonly bytes: Uint8Array }
        | { readonly kind: 'principal' | 'service'; readonly text: string }
        | { readonly kind: 'func'; readonly text: string; readonly method: string }
        | { readonly kind: 'opt'; readonly value: ValueNode }
        | { readonly kind: 'vec'; readonly values: readonly ValueNode[] }
        | { readonly kind: 'record'; readonly fields: readonly FieldNode[] }
        | { readonly kind: 'variant'; readonly field: FieldNode }
    );

/** The values of `(value, ...)`. Throws CandidValueError with the place. Linear in the text. */
export function parseValues(text: string): readonly ValueNode[] {
    const reader = new Reader(text);
    reader.expect('(');
    const values = reader.list(')', ',', () => reader.annotated());
    reader.end();
    return values;
}

/** Recursive descent with one token of lookahead; the depth of the text is the depth of the stack. */
class Reader {
    readonly #text: string;
    readonly #tokens: readonly Token[];
    #next = 0;

    constructor(text: string) {
        this.#text = text;
        this.#tokens = tokens(text);
    }

    /** Throws CandidValueError unless everything was read. */
    end(): void {
        if (this.#peek().kind !== 'end') throw this.#unexpected('the end of the text');
    }

    /** Takes one mark. Throws CandidValueError when something else stands there. */
    expect(mark: string): void {
        if (!this.#accept(mark)) throw this.#unexpected(`'${mark}'`);
    }

    /** Items up to `close`, separated by `separator`, which may also stand at the end. */
    list<T>(close: string, separator: string, item: (index: number) => T): T[] {
        const items: T[] = [];
        while (!this.#accept(close)) {
            items.push(item(items.length));
            if (this.#accept(separator)) continue;
            this.expect(close);
            break;
        }
        return items;
    }

    /** A value, or `value : type`. */
    annotated(): ValueNode {
        const value = this.#value();
        const annotation = this.#accept(':') ? this.#type() : undefined;
        return annotation === undefined ? value : { ...value, annotation };
    }

    #value(): ValueNode {
        const token = this.#take();
        const { offset } = token;
        if (token.kind === 'string') return { kind: 'text', bytes: token.bytes, offset };
        if (token.kind === 'number') return { kind: 'number', text: token.text, offset };
        if (token.kind === 'mark' && token.text === '(') return this.#parenthesised();
        if (token.kind === 'word') return this.#word(token.text, offset);
        this.#next -= 1;
        throw this.#unexpected('a value');
    }

    #parenthesised(): ValueNode {
        const value = this.annotated();
        this.expect(')');
        return value;
    }

    /** What starts with a word: a constant, or a composed value. */
    #word(word: string, offset: number): ValueNode {
        switch (word) {
            case 'null':
                return { kind: 'null', offset };
            case 'true':
            case 'false':
                return { kind: 'bool', value: word === 'true', offset };
            case 'inf':
            case 'infinity':
            case 'nan':
                return { kind: 'number', text: word, offset };
            case 'opt':
                return { kind: 'opt', value: this.#value(), offset };
            case 'blob':
                return { kind: 'blob', bytes: this.#string().bytes, offset };
            case 'principal':
            case 'service':
                return { kind: word, text: this.#plainString(), offset };
            case 'func':
                return { kind: 'func', text: this.#plainString(), method: this.#method(), offset };
            case 'vec':
                this.expect('{');
                return { kind: 'vec', values: this.list('}', ';', () => this.annotated()), offset };
            case 'record':
                return { kind: 'record', fields: this.#fields(), offset };
            case 'variant':
                return { kind: 'variant', field: this.#variant(), offset };
            default:
                throw new CandidValueError(this.#text, offset, `'${word}' starts no value.`);
        }
    }

    /** Skips a type; gives its name when it is a single word. What it must be is known from the interface anyway. */
    #type(): string | undefined {
        const start = this.#next;
        for (let depth = 0; !(depth === 0 && this.#isAt(')', '}', ',', ';')); this.#next += 1) {
            if (this.#peek().kind === 'end') break;
            if (this.#isAt('(', '{')) depth += 1;
            if (this.#isAt(')', '}')) depth -= 1;
        }
        if (this.#next === start) throw this.#unexpected('a type');
        return this.#next === start + 1 ? this.#tokens[start]?.text : undefined;
    }

    /** A field without label follows the one before it: `record { 5 = a; b }` gives `b` the number 6. */
    #fields(): readonly FieldNode[] {
        this.expect('{');
        let place = 0;
        return this.list('}', ';', () => {
            const field = this.#field({ id: place });
            place = 'id' in field.label ? field.label.id + 1 : place;
            return field;
        });
    }

    #field(unlabelled: Label): FieldNode {
        const { offset } = this.#peek();
        const isLabelled = this.#tokens[this.#next + 1]?.text === '=' && this.#tokens[this.#next + 1]?.kind === 'mark';
        const label = isLabelled ? this.#label() : unlabelled;
        if (isLabelled) this.expect('=');
        return { label, value: this.annotated(), offset };
    }

    /** `variant { ok }` stands for `variant { ok = null }`. */
    #variant(): FieldNode {
        this.expect('{');
        const { offset } = this.#peek();
        const label = this.#label();
        const value: ValueNode = this.#accept('=') ? this.annotated() : { kind: 'null', offset };
        this.#accept(';');
        this.expect('}');
        return { label, value, offset };
    }

    /** Labels are 32-bit numbers; a name stands for its hash (Candid specification, "Records"). */
    #label(): Label {
        const token = this.#take();
        if (token.kind === 'word') return { name: token.text };
        if (token.kind === 'string') return { name: Buffer.from(token.bytes).toString() };
        const id = token.kind === 'number' ? Number(token.text.replaceAll('_', '')) : Number.NaN;
        if (Number.isInteger(id) && id >= 0 && id < 2 ** 32) return { id };
        this.#next -= 1;
        throw this.#unexpected('the name or number of a field');
    }

    /** `.name` of a function reference. */
    #method(): string {
        this.expect('.');
        const token = this.#take();
        if (token.kind === 'string') return Buffer.from(token.bytes).toString();
        if (token.kind === 'word') return token.text;
        this.#next -= 1;
        throw this.#unexpected('the name of a method');
    }

    #plainString(): string {
        return Buffer.from(this.#string().bytes).toString();
    }

    #string(): Token & { kind: 'string' } {
        const token = this.#take();
        if (token.kind === 'string') return token;
        this.#next -= 1;
        throw this.#unexpected('a text in quotes');
    }

    #isAt(...marks: readonly string[]): boolean {
        const { kind, text } = this.#peek();
        return kind === 'mark' && marks.includes(text);
    }

    #accept(mark: string): boolean {
        if (!this.#isAt(mark)) return false;
        this.#next += 1;
        return true;
    }

    #take(): Token {
        const token = this.#peek();
        this.#next += 1;
        return token;
    }

    /** Behind the end there is only the end. */
    #peek(): Token {
        return this.#tokens[Math.min(this.#next, this.#tokens.length - 1)]!;
    }

    #unexpected(wanted: string): CandidValueError {
        const { offset, text, kind } = this.#peek();
        const found = kind === 'end' ? 'the end' : `'${text}'`;
        return new CandidValueError(this.#text, offset, `${wanted} is expected, not ${found}.`);
    }
}
