import * as z from 'zod/mini';
import type { Clock, Randomness } from '../domain/clock.ts';
import { SECURITY_NOTICE_EVENTS } from '../domain/security-notice-event.ts';
import type { Dynamo, Key, Write } from './dynamo.ts';
import { rowStamp, stampSchema } from './row.ts';

/** An intent that can't be delivered stays this long, so that it can be replayed. */
const KEPT_SECONDS = 14 * 24 * 60 * 60;

/** Who has claimed an intent has it for this long: longer than any attempt to send takes. */
export const LEASE_SECONDS = 10;

const intentSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('recovery'),
    email: z.string(),
    locales: z.array(z.string()),
  }),
  z.object({
    kind: z.literal('sign-up'),
    email: z.string(),
    locale: z.nullable(z.string()),
    locales: z.array(z.string()),
  }),
  z.object({ kind: z.literal('password-changed'), accountId: z.string() }),
  z.object({
    kind: z.literal('recovery-sms'),
    phoneNumber: z.string(),
    country: z.string(),
    locales: z.array(z.string()),
  }),
  z.object({
    kind: z.literal('sms-code'),
    verificationId: z.string(),
    /** The number that the caller named; `null` where it named none. */
    phoneNumber: z.nullable(z.string()),
    locales: z.array(z.string()),
  }),
  z.object({
    kind: z.literal('security-notice'),
    accountId: z.string(),
    event: z.enum(SECURITY_NOTICE_EVENTS),
    recoveryCodesLeft: z.optional(z.int()),
  }),
]);

/** What is to be sent. It holds no secret and no text: both are made when it is delivered. */
export type Intent = z.infer<typeof intentSchema>;

/** Those that go out by SMS. */
export type SmsIntent = Extract<Intent, { kind: 'sms-code' | 'recovery-sms' }>;

/** Those that go out by mail. */
export type MailIntent = Exclude<Intent, SmsIntent>;

export const isSmsIntent = (intent: Intent): intent is SmsIntent =>
  intent.kind === 'sms-code' || intent.kind === 'recovery-sms';

const intentRow = z.object({
  ...stampSchema,
  intentId: z.string(),
  intent: intentSchema,
  requestedAtMs: z.int(),
  attempts: z.int(),
});

/** An intent that somebody holds. */
export interface ClaimedIntent {
  intentId: string;
  intent: Intent;
  requestedAtMs: number;
  /** 1 at the first attempt. */
  attempts: number;
}

const intentKey = (intentId: string): Key => ({ pk: `INTENT#${intentId}`, sk: 'INTENT' });

/** Makes the write of an intent, to ride in the transaction of the state it belongs to. */
export type RecordIntent = (intent: Intent) => Write;

export const makeRecordIntent =
  ({ clock, randomness }: { clock: Clock; randomness: Randomness }): RecordIntent =>
  (intent) => {
    const intentId = randomness.uuid();
    return {
      kind: 'put',
      table: 'outbox',
      item: {
        ...intentKey(intentId),
        ...rowStamp,
        intentId,
        intent,
        requestedAtMs: clock.nowMs(),
        attempts: 0,
        leasedUntilMs: 0,
        expiresAtEpochSeconds: clock.nowSeconds() + KEPT_SECONDS,
      },
      condition: 'attribute_not_exists(#pk)',
    };
  };

/** Somebody else is delivering the intent: it is for later. */
export class IntentLeased extends Error {
  override readonly name = 'IntentLeased';
}

/** The intents that wait to be delivered. A delivered one is gone: what is here is what people are waiting for. */
export interface Outbox {
  /**
   * Delivers an intent, once: takes it for {@link LEASE_SECONDS}, lets `send` do what it asks for, and removes it with the
   * address in it. Where it is gone already nothing happens. A throw of `send` gives it back for the next attempt.
   * @throws IntentLeased
   */
  deliver(intentId: string, send: (claimed: ClaimedIntent) => Promise<void>): Promise<void>;
}

/** Opens the outbox for the one function that empties it. */
export const makeOutbox = ({ dynamo, clock }: { dynamo: Dynamo; clock: Clock }): Outbox => {
  const claim = async (intentId: string): Promise<ClaimedIntent | null> => {
    const result = await dynamo.write({
      kind: 'update',
      table: 'outbox',
      key: intentKey(intentId),
      update: 'SET #leasedUntilMs = :until, #attempts = #attempts + :one',
      condition: 'attribute_exists(#pk) AND #leasedUntilMs <= :now',
      values: { ':now': clock.nowMs(), ':until': clock.nowMs() + LEASE_SECONDS * 1000, ':one': 1 },
    });
    if (!result.won && result.current) throw new IntentLeased();
    return result.won ? intentRow.parse(result.item) : null;
  };

  const release = (intentId: string) =>
    dynamo.write({
      kind: 'update',
      table: 'outbox',
      key: intentKey(intentId),
      update: 'SET #leasedUntilMs = :free',
      condition: 'attribute_exists(#pk)',
      values: { ':free': 0 },
    });

  return {
    deliver: async (intentId, send) => {
      const claimed = await claim(intentId);
      if (!claimed) return;
      try {
        await send(claimed);
      } catch (error) {
        await release(intentId);
        throw error;
      }
      await dynamo.write({
        kind: 'delete',
        table: 'outbox',
        key: intentKey(intentId),
        condition: 'attribute_exists(#pk)',
      });
    },
  };
};

/** The intent that a row of the table is about. @param partitionKey as a stream record names it */
export const intentIdOf = (partitionKey: string): string => partitionKey.replace(/^INTENT#/, '');
