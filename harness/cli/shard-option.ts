/** `--shard i/n`, and the journals that shards write. */
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';

/** One of `of`, from 1. */
export interface Shard {
    readonly index: number;
    readonly of: number;
}

/** Of `--shard 2/5`. Throws commander's InvalidArgumentError. */
function parseShard(text: string): Shard {
    const [, index, of] = (/^([1-9]\d{0,5})\/([1-9]\d{0,5})$/.exec(text) ?? []).map(Number);
    if (index === undefined || of === undefined || index > of)
        throw new InvalidArgumentError('Give which of how many, from 1: 2/5.');
    return { index, of };
}

/** `shard 2/5`. */
export function shardText({ index, of }: Shard): string {
    return `shard ${index}/${of}`;
}

/** Adds `--journal`, `--resume` and `--shard`. */
export function addJournalOptions(command: Command): void {
    command
        .option('--journal [file]', 'write down what is done; default file: .interleave/campaign.journal')
        .option(
            '--resume',
            'go on with the journal of a run that was stopped or killed, if there is one; an enumeration with ' +
                '--reduction merge (the default) or of generated programs begins anew'
        )
        .addOption(
            new Option(
                '--shard <i/n>',
                'run the i-th of n parts, each on a machine of its own; merge joins their journals (default file: ' +
                    '.interleave/shard-i-n.journal)'
            ).argParser(parseShard)
        );
}
