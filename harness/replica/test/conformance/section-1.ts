/** Rows of 1: what a module must be, and what survives a change of code. */
import * as types from '../../management/types.ts';
import { installArgs } from '../lab.ts';
import { canister } from '../wat.ts';
import { inAzle, inBoth, inMotoko } from './languages.ts';
import { section, tested, testedIn } from './row.ts';
import { installs, refusedInstall } from './written.ts';
import { changeCode } from './upgrade.ts';

const FORMAT = 'specification, Canister module format';
const VALIDATION = 'replica, wasm_utils/validation.rs';
const UPGRADES = 'specification, Canister upgrades';

export const SECTION_1_1 = section('1.1', 'Container, exports, imports', 'section-1.ts', [
    {
        rule: 'A module is Wasm, or Wasm zipped by gzip; anything else is refused',
        source: FORMAT,
        by: {
            wat: [
                ...tested('install', 'of a module zipped by gzip works the same'),
                ...testedIn('replica/validate/test/container', 'refuses %s')
            ]
        }
    },
    {
        rule: 'The module hash is SHA-256 of the bytes as uploaded',
        source: FORMAT,
        by: { wat: tested(
            'canister-view',
            '1.1 metadata, module hash and times of a canister follow what is installed'
        ) }
    },
    {
        rule: 'Imports are System API functions of `ic0` with their exact types for the width of the memory',
        source: FORMAT,
        by: {
            wat: [
                ...testedIn('replica/validate/test/interface', 'refuses %s'),
                ...tested('system-api', '%s is refused by name with IC0505')
            ]
        }
    },
    {
        rule: 'Nine functions exist for 32-bit memories only; stable64_* exist for both',
        source: FORMAT,
        by: {
            wat: testedIn(
                'replica/validate/test/interface',
                '%s exists for 32-bit memories and for none, not for 64-bit ones',
                'stable64 functions exist for both'
            )
        }
    },
    {
        rule: 'Exports named `canister_...` are the known entry points with type () -> (); a method has one kind only',
        source: FORMAT,
        by: { wat: testedIn('replica/validate/test/interface', 'refuses %s', 'canister_%s has the type () -> ()') }
    },
    {
        rule: 'A method name is what follows the first space, and may contain spaces or be empty',
        source: FORMAT,
        by: {
            wat: (expect) => {
                const { lab, id } = installs(`(import "ic0" "msg_reply" (func $msg_reply))
                    (func (export "canister_update two words") (call $msg_reply))
                    (func (export "canister_query ") (call $msg_reply))`);
                expect(lab.call(id, 'two words').kind).toBe('reply');
                expect(lab.query(id, '').kind).toBe('reply');
            }
        }
    },
    {
        rule: 'Other exports are free, but for the names that the replica itself uses',
        source: VALIDATION,
        by: {
            wat: (expect) => {
                const { lab, id } = installs('(func (export "helper")) (memory (export "anything") 1)');
                expect(lab.call(id, 'helper')).toMatchObject({ errorCode: 'IC0536' });
                expect(refusedInstall('(func (export "canister_start"))')).toMatchObject({ errorCode: 'IC0505' });
                expect(refusedInstall('(func (export "canister counter_instructions"))')).toMatchObject({ code: 5 });
            }
        }
    },
    {
        rule: 'Custom sections `icp:public <n>` and `icp:private <n>` are metadata; other `icp:` names are invalid',
        source: FORMAT,
        by: {
            wat: [
                ...testedIn('replica/validate/test/limits', 'refuses %s', '16 of them'),
                ...tested('management-methods', 'shows public metadata to all, private to controllers')
            ]
        }
    },
    {
        rule: 'Data segments have a constant offset; globals are numbers or vectors',
        source: VALIDATION,
        by: { wat: testedIn('replica/validate/test/features', 'refuses %s') }
    }
]);

export const SECTION_1_2 = section('1.2', 'Wasm features', 'section-1.ts', [
    {
        rule: 'Bulk memory, sign extension, saturating conversions, reference types, vectors, several results are on',
        source: VALIDATION,
        by: {
            wat: (expect) => {
                const { lab, id } = installs(`(import "ic0" "msg_reply" (func $msg_reply)) (memory 1)
                    (func $two (result i32 i32) (i32.const 1) (i32.const 2))
                    (table 2 funcref) (elem declare func $two)
                    (func (export "canister_update go")
                        (memory.fill (i32.const 0) (i32.const 1) (i32.const 8))
                        (drop (i32.extend8_s (i32.const 255))) (drop (i32.trunc_sat_f64_s (f64.const 1e99)))
                        (drop (ref.is_null (ref.func $two))) (drop (i32x4.splat (i32.const 1)))
                        (call $two) drop drop (call $msg_reply))`);
                expect(lab.call(id, 'go').kind).toBe('reply');
            }
        }
    },
    {
        rule: 'Several memories, GC, tail calls, exceptions, threads, relaxed vectors are off, each with its reason',
        source: VALIDATION,
        by: { wat: testedIn('replica/validate/test/features', '%s') }
    },
    {
        rule: 'Tables cannot change: table.set, grow, fill, copy and init are refused',
        source: VALIDATION,
        by: { wat: testedIn('replica/validate/test/features', "%s is refused with the function's number") }
    },
    {
        rule: 'Results that are NaN are the canonical NaN',
        source: VALIDATION,
        by: { wat: testedIn('replica/wasm/test/nan', '%s of a NaN gives the canonical NaN') }
    },
    {
        rule: '64-bit memories work as 32-bit ones do',
        source: FORMAT,
        by: {
            wat: tested('system-api', 'calls, replies, traps and reads stable memory'),
            motoko: inMotoko((pair, expect) => {
                pair.call('add', 5);
                expect(pair.ask('get')).toBe(5n);
                // The third bit of its flags says that a memory has 64-bit addresses.
                expect(memoryFlags(pair.wasm) & 4).toBe(pair.form === 'motoko64' ? 4 : 0);
            })
        }
    }
]);

export const SECTION_1_3 = section('1.3', 'Limits of a module', 'section-1.ts', [
    {
        rule: '50,000 functions, 1,000 globals, 10 MiB of code, 1,000,000 instructions and complexity of a function',
        source: VALIDATION,
        by: {
            wat: testedIn(
                'replica/validate/test/limits',
                '50,000 functions',
                '1,000 globals',
                '10 MiB of code, before anything else',
                '1,000,000 instructions in a function',
                'complexity 1,000,000: %s'
            )
        }
    },
    {
        rule: '100 MiB of module, unzipped',
        source: 'replica, embedders configuration',
        by: {
            wat: testedIn(
                'replica/validate/test/container',
                'refuses more than 100 MiB by what the footer says, without unpacking',
                'refuses more than 100 MiB of Wasm'
            )
        }
    },
    {
        rule: '1,000 methods with names of 20,000 bytes together; 16 metadata sections of 1 MiB together',
        source: FORMAT,
        by: {
            wat: [
                ...testedIn(
                    'replica/validate/test/interface',
                    'refuses 1,001 methods and accepts 1,000',
                    'refuses names of more than 20,000 bytes in sum'
                ),
                ...testedIn('replica/validate/test/limits', '16 of them', 'refuses %s')
            ]
        }
    },
    {
        rule: 'Checks come in one order, and the first that fails is told, with IC0505',
        source: VALIDATION,
        by: {
            wat: [
                ...testedIn('replica/validate/test/limits', '%s'),
                ...testedIn(
                    'replica/validate/test/interface',
                    'the caller of install_code is told who, what and what to do, with IC0505'
                )
            ]
        }
    },
    {
        rule: 'A heap has up to 4 GiB with 32-bit and 6 GiB with 64-bit addresses',
        source: 'developer documentation, Resource limits',
        supported: 'partly',
        differs:
            '1 GiB by default, because many subnets share a machine; --max-heap raises it. The error says ' +
            'whose limit it is.',
        by: { wat: tested('traps', 'a refused memory.grow') }
    },
    {
        rule: 'Stable memory has up to 500 GiB',
        source: 'developer documentation, Resource limits',
        supported: 'partly',
        differs: 'It grows so far; 1 GiB of it may be written by default.',
        by: {
            wat: [
                ...tested('stable', 'grows to 500 GiB without allocating, and not beyond'),
                ...tested('traps', 'stable memory that is really written')
            ]
        }
    },
    {
        rule: 'A message touches at most 2 GiB of stable pages (IC0524)',
        source: 'replica, embedders configuration',
        supported: 'not modelled',
        differs: "A canister cannot write more than the tool's own limit on stable memory, which is told by name.",
        by: {}
    },
    {
        rule: 'A new canister may use 3 GiB of Wasm memory (production; the specification says no limit)',
        source: 'replica, DEFAULT_WASM_MEMORY_LIMIT',
        by: {
            wat: (expect) => {
                const { lab, id } = installs('(memory 1)');
                const { settings } = lab.status(id) as { settings: Record<string, bigint> };
                expect(settings['wasm_memory_limit']).toBe(3n << 30n);
            }
        }
    }
]);

export const SECTION_1_4 = section('1.4', 'Install modes: what survives', 'section-1.ts', [
    {
        rule: 'What each mode keeps of heap, stable memory, certified data, timer, logs, chunks, version',
        source: UPGRADES,
        by: { wat: tested('lifecycle', '%s') }
    },
    {
        rule: 'Install runs start, then init with the argument; upgrade runs pre_upgrade, start, post_upgrade',
        source: 'specification, Canister initialization, Canister upgrades',
        by: {
            wat: [
                ...tested('install', 'runs start, then init with argument and caller, and only the controller may'),
                ...tested(
                    'install',
                    'keeps stable memory through pre_upgrade and post_upgrade, and drops heap and globals'
                )
            ]
        }
    },
    {
        rule: 'skip_pre_upgrade skips it',
        source: UPGRADES,
        by: { wat: tested('install', 'skip_pre_upgrade skips it') }
    },
    {
        rule: 'A trap anywhere in an installation restores everything',
        source: 'specification, Code installation',
        by: {
            wat: [
                ...tested('install', 'is atomic: a trap in post_upgrade undoes pre_upgrade too'),
                ...tested('lifecycle', 'a trap in the new init leaves all of the old canister')
            ],
            ...inBoth((pair, expect) => {
                const { lab, a } = pair;
                pair.call('add', 3);
                // Start and init are gone through before it traps.
                const trapping = canister('(func (export "canister_init") (call $add (i64.const 1)) unreachable)');
                const args = installArgs(a, trapping, new Uint8Array(0), { reinstall: null });
                expect(lab.tryManage('install_code', types.INSTALL_CODE, args)).toMatchObject({ errorCode: 'IC0502' });
                expect([pair.ask('get'), pair.ask('volatile')]).toEqual([3n, 3n]);
            })
        }
    },
    {
        rule: 'Stable variables survive an upgrade, others begin anew; both are lost on reinstall',
        source: UPGRADES,
        by: {
            motoko: inMotoko((pair, expect) => {
                pair.call('add', 3);
                changeCode(pair, 'upgrade');
                expect([pair.ask('get'), pair.ask('volatile')]).toEqual([3n, 0n]);
                changeCode(pair, 'reinstall');
                expect([pair.ask('get'), pair.ask('volatile')]).toEqual([0n, 0n]);
            }),
            azle: inAzle((pair, expect) => {
                pair.call('add', 3);
                changeCode(pair, 'upgrade');
                expect([pair.ask('get'), pair.ask('volatile')]).toEqual([3n, 0n]);
                changeCode(pair, 'reinstall');
                expect([pair.ask('get'), pair.ask('volatile')]).toEqual([0n, 0n]);
            })
        }
    },
    {
        rule: 'Old callbacks run on the new code, by table index',
        source: 'specification, Code upgrade (call contexts stay)',
        by: {
            wat: [
                ...tested('install', 'runs old callbacks on the new code, by table index'),
                ...tested('lifecycle', 'reinstall runs old callbacks on the new code, by table index')
            ]
        }
    },
    {
        rule:
            'A module that persists its heap must be upgraded with a choice, and kept heaps only go to ' +
            'modules that persist',
        source: 'replica, canister_manager (wasm_memory_persistence)',
        by: {
            wat: tested('lifecycle', 'a heap that is to persist: %s choice is refused'),
            motoko: inMotoko((pair, expect) => {
                const chosen = pair.form === 'motoko64' ? 'IC0504' : undefined;
                expect(changeCode(pair, 'plain upgrade').errorCode).toBe(chosen);
            })
        }
    },
    {
        rule: 'The timer is disarmed by an upgrade',
        source: UPGRADES,
        by: { wat: tested('install', 'disarms the timer') }
    },
    {
        rule: 'A canister that is not empty is not installed on; a failed installation says so with IC0514',
        source: 'specification, IC method install_code',
        by: { wat: tested('install', 'refuses a canister that is not empty') }
    }
]);

/** Flags of the first memory of a module. */
function memoryFlags(wasm: Uint8Array): number {
    const view = wasm.subarray(8);
    let at = 0;
    const leb = (): number => {
        let [value, shift] = [0, 0];
        for (;;) {
            const byte = view[at++]!;
            value |= (byte & 0x7f) << shift;
            shift += 7;
            if (byte < 0x80) return value;
        }
    };
    for (;;) {
        const id = view[at++];
        const size = leb();
        if (id === 5) {
            leb();
            return view[at]!;
        }
        if (id === undefined) throw new Error('the module has no memory');
        at += size;
    }
}
