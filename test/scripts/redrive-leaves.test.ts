import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SMS_CODE_SECONDS } from '../../shared/contract/lifetimes.ts';
import { leaksIn } from '../support/leaks.ts';
import { type RedriveWorld, startRedriveWorld } from '../support/redrive-world.ts';
import { putRows } from '../support/table-writer.ts';
import { askForCode, newNumber } from '../support/verification.ts';

const DAY_SECONDS = 86_400;

/** Lambda's own dead letter: a position in the stream. */
const LAMBDA_LETTER = JSON.stringify({ requestContext: {}, DDBStreamBatchInfo: { shardId: 'shard', batchSize: 1 } });

describe('what npm run redrive leaves alone', () => {
  let place: RedriveWorld;

  beforeAll(async () => {
    place = await startRedriveWorld();
  });
  afterEach(() => place.tidy());
  afterAll(() => place.close());

  it('sends no code that nobody waits for any more, says so, and clears its letter', async () => {
    const phoneNumber = newNumber();
    await askForCode(place.world, { phoneNumber });
    await place.world.setFault({ service: 'sns', next: 1, error: 'InvalidParameter' });
    await place.world.deliver();
    place.world.clock.advance(SMS_CODE_SECONDS);

    const said = await place.redrive();
    await place.world.deliver();

    expect(said).toEqual([
      'redriven 0, left 1 (1 SMS that came too late for whoever waited: never sent)',
      'dead letters: removed 1, kept 0',
    ]);
    expect(await place.mailsTo(phoneNumber)).toBe(0);
  });

  it('leaves what this version can not read, and its letter, for the version that can', async () => {
    const expiresAtEpochSeconds = place.world.clock.nowSeconds() + DAY_SECONDS;
    const row = { pk: 'INTENT#newer', sk: 'INTENT', schemaVersion: 99, attempts: 0, leasedUntilMs: 0 };
    await putRows(place.world, 'outbox', [{ ...row, expiresAtEpochSeconds, requestedAtMs: 1 }]);
    await place.world.deliver();

    const said = await place.redrive();

    expect(said).toEqual([
      'redriven 0, left 1 (1 not readable by this version: run the one that wrote it)',
      'dead letters: removed 0, kept 1',
    ]);
    expect(place.sqs.letters()).toEqual([{ intentId: 'newer', errorName: 'UnreadableIntent' }]);
  });

  it('leaves what is under way, and what is being delivered at this moment', async () => {
    await place.newcomer();
    const [row] = await place.world.rows('outbox');
    await putRows(place.world, 'outbox', [
      { ...row, pk: 'INTENT#held', requestedAtMs: 1, leasedUntilMs: place.world.clock.nowMs() + 1 },
    ]);

    const [summary] = await place.redrive();

    expect(summary).toContain('redriven 0, left 2');
    expect(summary).toContain('1 younger than a minute');
    expect(summary).toContain('1 being delivered at this moment');
  });

  it("clears Lambda's own letters, which name no intent, only when nothing is left that they could be about", async () => {
    place.sqs.put(LAMBDA_LETTER);
    await place.newcomer();
    const early = await place.redrive();
    place.sqs.showAgain();
    await place.world.deliver();
    place.world.clock.advance(1);

    const late = await place.redrive();

    expect([early[1], late[1]]).toEqual(['dead letters: removed 0, kept 1', 'dead letters: removed 1, kept 0']);
  });

  it('shows what it would do and touches neither table nor queue with --dry-run', async () => {
    await place.rejected();
    const before = await place.world.rows('outbox');
    place.sqs.operations.length = 0;

    const said = await place.redrive({ dryRun: true });

    expect(said[0]).toMatch(/^would redrive 1, /);
    expect(await place.world.rows('outbox')).toEqual(before);
    expect(place.sqs.operations).toEqual([]);
  });

  it('prints nothing of anybody', async () => {
    const email = await place.rejected();

    const said = await place.redrive();

    expect(leaksIn(said, { email })).toEqual([]);
    await place.world.deliver();
  });
});
