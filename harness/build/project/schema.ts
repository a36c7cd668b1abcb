/**
 * The part of dfx.json that decides what is built. Keys that only dfx itself needs (networks, declarations, remote ids, ...)
 * pass unseen; a key that is known must have the right kind of value.
 */
import { z } from 'zod';

const text = z.string();
/** dfx writes absent optional settings as null. */
const optionalText = text.nullish();

const canister = z.looseObject({
    /** dfx's own default. */
    type: z.string().min(1).default('motoko'),
    main: optionalText,
    wasm: optionalText,
    candid: optionalText,
    build: z.union([text, z.array(text)]).nullish(),
    args: optionalText,
    dependencies: z.array(text).nullish(),
    init_arg: optionalText,
    init_arg_file: optionalText,
    custom: z
        .looseObject({
            candid_gen: z.enum(['automatic', 'custom']).nullish(),
            env: z.array(text).nullish(),
            experimental: z.boolean().nullish()
        })
        .nullish()
});

/** Compilers make (and empty) directories of this name: it must not lead elsewhere. */
const FILE_NAME = /^\w[\w.-]*$/;

export const dfxJson = z.looseObject({
    canisters: z.record(z.string().regex(FILE_NAME), canister),
    defaults: z
        .looseObject({ build: z.looseObject({ args: optionalText, packtool: optionalText }).nullish() })
        .nullish()
});

export type DfxCanister = z.output<typeof canister>;
export type DfxJson = z.output<typeof dfxJson>;
