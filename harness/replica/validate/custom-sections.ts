/** Custom sections `icp:public <name>` and `icp:private <name>`: a canister's metadata (ic-semantics 1.1). */
import type { MetadataSection } from '../canister-view.ts';
import type { ModuleShape } from '../wasm/index.ts';
import { InvalidCodeError, invalidSection } from './errors.ts';

const SECTIONS_MAX = 16;
const BYTES_MAX = 1 << 20;

/** Metadata by name, in module order. Throws `InvalidCodeError`. Other custom sections are none of the IC's business. */
export function checkCustomSections({ customSections }: ModuleShape): ReadonlyMap<string, MetadataSection> {
    const metadata = new Map<string, MetadataSection>();
    let bytes = 0;
    for (const { name: section, content } of customSections) {
        if (!section.startsWith('icp:')) {
            continue;
        }
        const { visibility, name } = scopeOf(section);
        if (metadata.has(name)) {
            throw invalidSection('custom', `Invalid custom section: name ${name} already exists`);
        }
        bytes += new TextEncoder().encode(name).length + content.length;
        if (bytes > BYTES_MAX) {
            throw invalidSection(
                'custom',
                'Invalid custom sections: total size of the custom sections exceeds the maximum allowed: ' +
                    `size ${bytes} bytes, allowed ${BYTES_MAX} bytes`
            );
        }
        metadata.set(name, { visibility, content });
        if (metadata.size > SECTIONS_MAX) {
            throw new InvalidCodeError(
                `Wasm module defined ${metadata.size} custom sections which exceeds the maximum number allowed ` +
                    `${SECTIONS_MAX}.`
            );
        }
    }
    return metadata;
}

function scopeOf(section: string): { visibility: MetadataSection['visibility']; name: string } {
    if (section === 'icp:public' || section === 'icp:private') {
        const detail = "'icp:' section names must have a space after the public/private scope";
        throw invalidSection('custom', detail);
    }
    const match = /^icp:(public|private) (.*)$/s.exec(section);
    if (match === null) {
        const detail = `Invalid custom section: Custom section '${section}' has no public/private scope defined.`;
        throw invalidSection('custom', detail);
    }
    return { visibility: match[1] as MetadataSection['visibility'], name: match[2] ?? '' };
}
