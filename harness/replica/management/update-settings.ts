/** update_settings. */
import type { Canister } from '../canister.ts';
import { recordChange } from '../history.ts';
import { countStored } from '../stored-bytes.ts';
import { CONTROLLERS } from './access.ts';
import { checkCapacity } from './capacity.ts';
import { about, done, originOf, type Done, type Method, type Request } from './method.ts';
import { changedSettings } from './settings.ts';
import { UPDATE_SETTINGS, type UpdateSettingsArgs } from './types.ts';

/** What is not given stays as it is. */
export const SETTINGS: readonly Method[] = [
    about('update_settings', 'everyone', UPDATE_SETTINGS, CONTROLLERS, updateSettings)
];

function updateSettings(request: Request, canister: Canister, args: UpdateSettingsArgs): Done {
    const { subnet } = request;
    const settings = changedSettings(canister.settings, args.settings);
    checkCapacity(subnet, canister, settings);
    subnet.journal.set(canister, 'settings', settings);
    subnet.countChange(canister);
    if (args.settings.controllers.length > 0) {
        const { controllers } = settings;
        recordChange(subnet, canister, originOf(request, args), { kind: 'controllers_change', controllers });
        countStored(subnet, canister);
    }
    subnet.changed(canister);
    return done();
}
