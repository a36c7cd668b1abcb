/** canister_info, canister_metadata: what every canister may ask about every other one. */
import { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';
import type { Canister } from '../canister.ts';
import { moduleHash } from '../canister-view.ts';
import { isController } from '../charge.ts';
import type { Change, ChangeDetails, ChangeOrigin } from '../history.ts';
import { ANYONE } from './access.ts';
import { about, replied, type Done, type Method, type Request } from './method.ts';
import { withHelp } from './reject.ts';
import { BLOB, principalOf, type Opt } from './types.ts';

const INFO = IDL.Record({ canister_id: IDL.Principal, num_requested_changes: IDL.Opt(IDL.Nat64) });
const METADATA = IDL.Record({ canister_id: IDL.Principal, name: IDL.Text });
const METADATA_RESULT = IDL.Record({ value: BLOB });
const origin = IDL.Variant({
    from_user: IDL.Record({ user_id: IDL.Principal }),
    from_canister: IDL.Record({ canister_id: IDL.Principal, canister_version: IDL.Opt(IDL.Nat64) })
});
const controllers = IDL.Record({ controllers: IDL.Vec(IDL.Principal) });
const details = IDL.Variant({
    creation: IDL.Record({ controllers: IDL.Vec(IDL.Principal), environment_variables_hash: IDL.Opt(BLOB) }),
    code_uninstall: IDL.Null,
    code_deployment: IDL.Record({
        mode: IDL.Variant({ install: IDL.Null, reinstall: IDL.Null, upgrade: IDL.Null }),
        module_hash: BLOB
    }),
    load_snapshot: IDL.Record({
        from_canister_id: IDL.Opt(IDL.Principal),
        snapshot_id: BLOB,
        canister_version: IDL.Nat64,
        taken_at_timestamp: IDL.Nat64,
        source: IDL.Variant({ taken_from_canister: IDL.Reserved, metadata_upload: IDL.Reserved })
    }),
    controllers_change: controllers
});
const INFO_RESULT = IDL.Record({
    total_num_changes: IDL.Nat64,
    recent_changes: IDL.Vec(
        IDL.Record({ timestamp_nanos: IDL.Nat64, canister_version: IDL.Nat64, origin, details })
    ),
    module_hash: IDL.Opt(BLOB),
    controllers: IDL.Vec(IDL.Principal)
});

export const INFORMATION: readonly Method[] = [
    about('canister_info', 'canisters', INFO, ANYONE, canisterInfo),
    about('canister_metadata', 'canisters', METADATA, ANYONE, canisterMetadata)
];

interface InfoArgs {
    canister_id: Principal;
    num_requested_changes: Opt<bigint>;
}

interface MetadataArgs {
    canister_id: Principal;
    name: string;
}

function canisterInfo(_request: Request, canister: Canister, args: InfoArgs): Done {
    const { history, settings } = canister;
    const [requested = 0n] = args.num_requested_changes;
    const first = Math.max(0, history.changes.length - Number(requested));
    const hash = moduleHash(canister);
    return replied(INFO_RESULT, {
        total_num_changes: history.total,
        recent_changes: history.changes.slice(first).map(changeArgs),
        module_hash: hash === undefined ? [] : [hash],
        controllers: settings.controllers.map(principalOf)
    });
}

/** A private section does not exist for those who may not read it. */
function canisterMetadata({ sender }: Request, canister: Canister, args: MetadataArgs): Done {
    const { text } = canister.address;
    if (canister.code === undefined) {
        throw withHelp(
            'IC0406',
            `The canister ${text} has no Wasm module and hence no metadata is available.`,
            'Install a Wasm module containing the desired metadata section.',
            'canister-metadata-no-wasm-module'
        );
    }
    const section = canister.code.metadata.get(args.name);
    if (section === undefined || (section.visibility === 'private' && !isController(canister, sender))) {
        throw withHelp(
            'IC0406',
            `The canister ${text} has no metadata section with the name ${args.name}.`,
            'Check that the section exists and, if it is private, that the caller is a controller of the canister.',
            'canister-metadata-section-not-found'
        );
    }
    return replied(METADATA_RESULT, { value: section.content });
}

function changeArgs({ timestampNs, version, origin: by, details: what }: Change): object {
    return {
        timestamp_nanos: timestampNs,
        canister_version: version,
        origin: originArgs(by),
        details: detailsArgs(what)
    };
}

function originArgs(by: ChangeOrigin): object {
    if ('user' in by) {
        return { from_user: { user_id: principalOf(by.user) } };
    }
    const version = by.version === undefined ? [] : [by.version];
    return { from_canister: { canister_id: principalOf(by.canister), canister_version: version } };
}

function detailsArgs(what: ChangeDetails): object {
    switch (what.kind) {
        case 'creation': {
            const hash = what.environmentHash === undefined ? [] : [what.environmentHash];
            return { creation: { controllers: what.controllers.map(principalOf), environment_variables_hash: hash } };
        }
        case 'code_uninstall':
            return { code_uninstall: null };
        case 'code_deployment':
            return { code_deployment: { mode: { [what.mode]: null }, module_hash: what.moduleHash } };
        case 'load_snapshot':
            return {
                load_snapshot: {
                    from_canister_id: what.from === undefined ? [] : [principalOf(what.from)],
                    snapshot_id: what.snapshotId,
                    canister_version: what.version,
                    taken_at_timestamp: what.takenNs,
                    source: { [what.source]: null }
                }
            };
        case 'controllers_change':
            return { controllers_change: { controllers: what.controllers.map(principalOf) } };
    }
}
