import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import { streamContract } from '../../shared/contract/contract.ts';
import { type HandleRow, streamHandler } from '../../shared/lambda/stream-handler.ts';
import { makeLoneRuntime } from '../support/lone-runtime.ts';
import { insertOf } from '../support/outbox-stream.ts';

const contract = streamContract({
  channels: ['INTENT'],
  flow: 'deliver-messages',
  summary: 'A stand-in.',
  source: 'outbox',
  batchSize: 10,
  tables: {},
});

const SECRET = 'hunter2-in-a-message';

/** A handler around a row's handling of the test's own, and its log. */
const handlerOf = (connect: () => Promise<HandleRow>) => {
  const { runtime, logged } = makeLoneRuntime();
  const handler = streamHandler({ contract, runtime, connect });
  return {
    handle: (records: DynamoDBRecord[]) => handler({ Records: records }),
    logged,
    hooks: runtime.hooks,
  };
};

const handling = (row: HandleRow) => handlerOf(async () => row);

const failed = (...numbers: string[]) => ({
  batchItemFailures: numbers.map((itemIdentifier) => ({ itemIdentifier })),
});

describe('stream-handler', () => {
  it('hands every new row over by its key', async () => {
    const seen: string[] = [];
    const { handle } = handling(async (pk) => void seen.push(pk));

    const answer = await handle([insertOf('INTENT#1', '1'), insertOf('INTENT#2', '2')]);

    expect(answer).toEqual(failed());
    expect(seen.toSorted()).toEqual(['INTENT#1', 'INTENT#2']);
  });

  it('passes over what was changed or removed', async () => {
    const seen: string[] = [];
    const { handle } = handling(async (pk) => void seen.push(pk));

    const answer = await handle([
      { ...insertOf('INTENT#1'), eventName: 'MODIFY' },
      { ...insertOf('INTENT#2'), eventName: 'REMOVE' },
    ]);

    expect([answer, seen]).toEqual([failed(), []]);
  });

  it('tries every record, whatever becomes of the others, and names those that failed', async () => {
    const seen: string[] = [];
    const { handle } = handling(async (pk) => {
      if (pk.includes('poison')) throw new Error(SECRET);
      seen.push(pk);
    });

    const answer = await handle(['a', 'poison-1', 'b', 'poison-2', 'c'].map((pk, n) => insertOf(pk, `${n}`)));

    expect(answer).toEqual(failed('1', '3'));
    expect(seen.toSorted()).toEqual(['a', 'b', 'c']);
  });

  it.each<[string, unknown]>([
    ['an error', new Error(SECRET)],
    ['a text', SECRET],
    ['nothing', undefined],
    ['an error with a cause', new Error('x', { cause: SECRET })],
  ])('logs of %s that is thrown its name and no more', async (_, thrown) => {
    const { handle, logged } = handling(async () => {
      throw thrown;
    });

    const answer = await handle([insertOf('INTENT#1', '7')]);

    expect(answer).toEqual(failed('7'));
    expect(logged()).toMatchObject([{ level: 'warn', event: 'record-failed', flow: 'deliver-messages' }]);
    expect(JSON.stringify([answer, logged()])).not.toMatch(/hunter2|INTENT#/);
  });

  it('counts a record without a key among the dead, asks nothing for it, and lets the shard go on', async () => {
    const { handle, logged } = handling(async () => {
      throw new Error('asked');
    });
    const keyless = { ...insertOf('x', '9'), dynamodb: { SequenceNumber: '9', Keys: { sk: { S: 'INTENT' } } } };

    const answer = await handle([keyless, { ...keyless, dynamodb: {} }]);

    expect(answer).toEqual(failed());
    expect(logged()).toMatchObject([
      { level: 'error', event: 'dead-letter', error_name: 'RecordWithoutKey', DeadLetters: 1 },
      { level: 'error', event: 'dead-letter', error_name: 'RecordWithoutKey', DeadLetters: 1 },
    ]);
  });

  it('does what is due before a row is handled, and answers when nothing goes on beside it any more', async () => {
    const done: string[] = [];
    const { handle, hooks } = handling(async () => void done.push('row'));
    const slowly = (name: string) => async () => {
      await sleep(20);
      done.push(name);
    };
    hooks.add({ beforeInvoke: slowly('before'), afterInvoke: slowly('after') });

    await handle([insertOf('a', '1')]);
    done.push('answer');

    expect(done).toEqual(['before', 'row', 'after', 'answer']);
  });

  it('fails the whole batch while what it needs can not be opened, and opens it at the next', async () => {
    let attempts = 0;
    const { handle } = handlerOf(async () => {
      attempts += 1;
      if (attempts <= 2) throw new Error(SECRET);
      return async () => undefined;
    });
    await new Promise((resolve) => setImmediate(resolve)); // the cold start has failed by now

    const first = await handle([insertOf('a', '1'), insertOf('b', '2')]);
    const second = await handle([insertOf('a', '1'), insertOf('b', '2')]);

    expect(first).toEqual(failed('1', '2'));
    expect(second).toEqual(failed());
  });
});
