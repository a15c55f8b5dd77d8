import * as z from 'zod/mini';
import { type Changes, defineRow } from '../aws/define-row.ts';
import type { Dynamo, Item, Key, Write } from '../aws/dynamo.ts';
import { type RowOf, UnknownRowVersion } from '../aws/row.ts';
import type { KeyWords } from '../contract/key-words.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import type { Clock, Randomness } from '../primitives/clock.ts';
import { type Intent, intentSchema, isSmsIntent } from './intent.ts';

/** An intent that can't be delivered stays this long, so that it can be replayed. */
export const INTENT_KEPT_SECONDS = 14 * 24 * 60 * 60;

/**
 * Who has claimed an intent has it for this long: longer than any attempt to send takes.
 *
 * @see Amazon Builders' Library, "Leader election in distributed systems": leases
 */
export const LEASE_SECONDS = 10;

/** What the row of an intent has that says what is to be sent. */
export const intentShape = {
  /** Idempotency key; survives redrives. */
  intentId: z.string(),
  intent: intentSchema,
  requestedAtMs: z.int(),
  attempts: z.int(),
  /** How many of the tries ended in an error of our own; absent where none did. */
  ownFaults: z.optional(z.int()),
  /** Time of the latest redrive; absent without one. */
  redrivenAtMs: z.optional(z.int()),
} as const;

/** An intent. Its key is {@link intentKey}: the first word is its channel's. */
export const intentRow = defineRow({
  table: 'outbox',
  word: 'INTENT',
  sortKey: () => 'INTENT',
  shape: {
    ...intentShape,
    leasedUntilMs: z.optional(z.int()),
    expiresAtEpochSeconds: z.optional(z.int()),
    buriedAs: z.optional(z.string()),
  },
});

const leaseRow = z.object({ attempts: z.number(), leasedUntilMs: z.number() });

/** Whether an error of reading a row is the row's: of another version, or of another shape than its own stamp says. */
export const isUnreadable = (error: unknown): boolean =>
  error instanceof UnknownRowVersion || (error instanceof Error && error.name === '$ZodError');

/** An intent under a lease. */
export interface ClaimedIntent {
  intentId: string;
  intent: Intent;
  /** Of several for one thing the newest counts: this says which that is, however late it is delivered. */
  requestedAtMs: number;
  /** When its tries began; the time for which it is tried counts from here. */
  triedSinceMs: number;
  /** 1 at the first attempt. */
  attempts: number;
  /** How many of the attempts before this one ended in an error of our own. */
  ownFaults: number;
}

/**
 * One stream filter per channel (functions/deliver-messages/contract.ts). Strangers can request codes, and while SNS is
 * down all of those fail: in one channel they would hold up the mails that recovery needs.
 */
export type OutboxChannel = KeyWords['outbox'];

export const OUTBOX_CHANNELS = ['INTENT', 'SMS'] as const satisfies readonly OutboxChannel[];

/** @param partitionKey as a stream record has it */
const keyOfIntent = (partitionKey: string): Key => ({ pk: partitionKey as Key['pk'], sk: 'INTENT' });

/** The key of an intent of a channel. @param rowName its id; one that is tried anew is `<id>#1`, then `<id>#2` */
export const intentKey = (channel: OutboxChannel, rowName: string): Key => ({
  pk: `${channel}#${rowName}`,
  sk: 'INTENT',
});

/** The name of a row of the table. @param partitionKey as a stream record has it */
export const rowNameOf = (partitionKey: string): string => partitionKey.slice(partitionKey.indexOf('#') + 1);

/**
 * Makes the write of an intent, to ride in the transaction of the state it belongs to.
 *
 * @param intentId of a mail in whose place an SMS goes, so that there is one however often the mail is tried; a new one unless given
 */
export type RecordIntentWrite = (intent: Intent, intentId?: string) => Write;

export const makeRecordIntentWrite =
  ({ clock, randomness }: { clock: Clock; randomness: Randomness }): RecordIntentWrite =>
  (intent, intentId = randomness.uuid()) =>
    intentRow.putWrite(
      intentKey(isSmsIntent(intent) ? 'SMS' : 'INTENT', intentId),
      {
        intentId,
        intent,
        requestedAtMs: clock.nowMs(),
        attempts: 0,
        leasedUntilMs: 0,
        expiresAtEpochSeconds: clock.nowSeconds() + INTENT_KEPT_SECONDS,
      },
      intentRow.when.isNew,
    );

/** Another call holds the intent's lease; it has to be retried later. */
class IntentLeased extends Error {
  override readonly name = 'IntentLeased';
}

/** What became of an intent: it is done with, and `note` says so elsewhere (`null` where nothing does); or it is given up for the error that is named. */
export type Ending = { note: (() => Promise<void>) | null } | { deadLetteredFor: string };

/** The intents that wait to be delivered. A delivered one is gone: what is here is what people are waiting for. */
export interface Outbox {
  /**
   * Delivers an intent, once: takes it for {@link LEASE_SECONDS}, lets `handle` do what it asks for, and removes it with the
   * address in it. A row that was moved to the dead-letter queue stays marked, so that no record delivers it again. Nothing
   * happens where it is gone or marked already. A throw of `handle` gives it back for the next attempt.
   *
   * @param partitionKey of its row, as a stream record has it
   * @param handle is given `null` for a row that this code can't read
   * @throws StoreUnavailable, IntentLeased, UnknownRowVersion
   */
  deliver(partitionKey: string, handle: (claimed: ClaimedIntent | null) => Promise<Ending>): Promise<void>;
}

/**
 * Opens the outbox for the one function that empties it.
 *
 * @param retrySeconds for how long a row of another version is left to the release that can read it
 * @param isOwnFault whether an error of `handle` is one of our own: those are counted
 */
const makeOutbox = ({
  dynamo,
  clock,
  retrySeconds,
  isOwnFault,
}: {
  dynamo: Dynamo;
  clock: Clock;
  retrySeconds: number;
  isOwnFault: (error: unknown) => boolean;
}): Outbox => {
  const release = (key: Key, changes: Changes<RowOf<typeof intentRow>> = {}) =>
    dynamo.write(
      intentRow.updateWrite(key, { ...changes, set: { ...changes.set, leasedUntilMs: 0 } }, intentRow.when.exists),
    );
  /** For the next attempt, with an error of our own counted. */
  const giveBack = (key: Key, error: unknown) => release(key, isOwnFault(error) ? { add: { ownFaults: 1 } } : {});

  /** @returns `unreadable` for a row that no retry can read */
  const read = (item: Item): ClaimedIntent | 'unreadable' => {
    try {
      const { ownFaults = 0, ...row } = intentRow.parse(item);
      return { ...row, ownFaults, triedSinceMs: row.redrivenAtMs ?? row.requestedAtMs };
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      // While a release is deployed the function before it meets rows that are too new for it: they wait for the one behind it.
      const triedForMs = clock.nowMs() - Number(item.redrivenAtMs ?? item.requestedAtMs);
      if (error instanceof UnknownRowVersion && triedForMs < retrySeconds * 1000) throw error;
      return 'unreadable';
    }
  };

  /** @returns `null` for one that is gone or was dead-lettered, `unreadable` for one that can be neither taken nor understood */
  const claim = async (key: Key): Promise<ClaimedIntent | 'unreadable' | null> => {
    const nowMs = clock.nowMs();
    const { and, exists, lacks, isOfType, atMost } = intentRow.when;
    const result = await dynamo.write(
      intentRow.updateWrite(
        key,
        { set: { leasedUntilMs: nowMs + LEASE_SECONDS * 1000 }, increase: { attempts: 1 } },
        and(exists, lacks('buriedAs'), isOfType('attempts', 'N'), atMost('leasedUntilMs', nowMs)),
      ),
    );
    if (result.won) {
      try {
        return read(result.item ?? {});
      } catch (error) {
        await release(key);
        throw error;
      }
    }
    const { current } = result;
    if (!current || current.buriedAs !== undefined) return null;
    if (leaseRow.safeParse(current).success) throw new IntentLeased();
    return 'unreadable'; // a lease that can't be read is never over: who waited for it would wait for ever
  };

  return {
    deliver: async (partitionKey, handle) => {
      const key = keyOfIntent(partitionKey);
      const claimed = await claim(key);
      if (claimed === null) return;
      let ending: Ending;
      try {
        ending = await handle(claimed === 'unreadable' ? null : claimed);
      } catch (error) {
        await giveBack(key, error);
        throw error;
      }
      if ('deadLetteredFor' in ending) {
        await release(key, { set: { buriedAs: ending.deadLetteredFor } });
        return;
      }
      // Both at once. What is noted but not removed is found delivered by the next attempt; what is removed but not noted costs a
      // second mail when it is asked for again.
      const [noted, removed] = await Promise.allSettled([
        ending.note?.(),
        dynamo.write(intentRow.deleteWrite(key, intentRow.when.exists)),
      ]);
      if (noted.status === 'rejected') {
        await giveBack(key, noted.reason);
        throw noted.reason;
      }
      if (removed.status === 'rejected') throw removed.reason;
    },
  };
};

/** Under the operator's patience. @param isOwnFault whether an error is of our own code, and no outage */
export const provideOutbox =
  (isOwnFault: (error: unknown) => boolean) =>
  (scope: Scope<'messages'> & Pick<Ports, 'dynamo'>): Outbox =>
    makeOutbox({ ...scope, ...scope.settings.messages, isOwnFault });
