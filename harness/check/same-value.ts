/** Whether two states of a model are the same, by what is in them. */

const DEPTH_MAX = 100;

/**
 * True only for values that no pure function can tell apart: equal primitives of one type, arrays, plain objects with the same keys
 * in the same order, Map and Set in the same order, bytes, principals. What has another shape is the same as itself alone.
 */
export function sameValue(one: unknown, other: unknown, depth = 0): boolean {
    if (Object.is(one, other)) return true;
    // Also for what contains itself.
    if (depth > DEPTH_MAX) return false;
    if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
    const tag = tagOf(one);
    if (tag !== tagOf(other) || !sameKind(one, other)) return false;
    switch (tag) {
        case '[object Array]':
            if (!isWhole(one as unknown[]) || !isWhole(other as unknown[])) return false;
            return sameLists(one as ArrayLike<unknown>, other as ArrayLike<unknown>, depth);
        case '[object Uint8Array]':
            return depthOf(one) === 3 && sameLists(one as ArrayLike<unknown>, other as ArrayLike<unknown>, depth);
        case '[object Map]':
        case '[object Set]':
            if (depthOf(one) !== 2 || Reflect.ownKeys(one).length + Reflect.ownKeys(other).length > 0) return false;
            return sameLists([...(one as Iterable<unknown>)], [...(other as Iterable<unknown>)], depth);
        case '[object Object]':
            return isPlain(one) && isPlain(other) && sameLists(Object.entries(one), Object.entries(other), depth);
        default:
            return false;
    }
}

function sameLists(one: ArrayLike<unknown>, other: ArrayLike<unknown>, depth: number): boolean {
    if (one.length !== other.length) return false;
    for (let at = 0; at < one.length; at++) if (!sameValue(one[at], other[at], depth + 1)) return false;
    return true;
}

// By tag, not instanceof: values may come from another realm.
function tagOf(value: object): string {
    return Object.prototype.toString.call(value);
}

function sameKind(one: object, other: object): boolean {
    return Object.getPrototypeOf(one) === Object.getPrototypeOf(other);
}

/** How many prototypes it has: one more where a class extends what is built in, and may hide something. */
function depthOf(value: object): number {
    const prototype = Object.getPrototypeOf(value) as object | null;
    return prototype === null ? 0 : 1 + depthOf(prototype);
}

/** An array with all its elements and nothing beside them but its length. */
function isWhole(value: readonly unknown[]): boolean {
    return depthOf(value) === 2 && Reflect.ownKeys(value).length === value.length + 1;
}

/** Nothing is hidden in it: an object as literals make it, or a principal, which is its bytes. */
function isPlain(value: object): boolean {
    const prototype = Object.getPrototypeOf(value) as object | null;
    const isLiteral = prototype === null || Object.getPrototypeOf(prototype) === null;
    return (isLiteral || (value as { _isPrincipal?: unknown })._isPrincipal === true) && !hasHidden(value);
}

function hasHidden(value: object): boolean {
    if (Object.getOwnPropertySymbols(value).length > 0) return true;
    const properties = Object.values(Object.getOwnPropertyDescriptors(value));
    return properties.some(({ enumerable, get }) => enumerable !== true || get !== undefined);
}
