import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as z from 'zod/mini';
import { defineRow } from '../aws/define-row.ts';
import type { Dynamo, Key, Write } from '../aws/dynamo.ts';
import { isExpired } from '../aws/row.ts';
import { type Keyring, versionOfEncrypted } from '../keyring/keyring.ts';
import type { Clock, Randomness } from '../primitives/clock.ts';
import { constantTimeEqual } from '../primitives/digest.ts';
import type { OfAccount, TokensPlace } from './answer-keeper.ts';

const IV_BYTES = 12;

/** The answer of one request, by the MAC of its caller, its route and its key: the table says nothing of either. */
const keptAnswerRow = defineRow({
  table: 'tokens',
  word: 'IDEMPOTENCY',
  sortKey: () => 'ANSWER',
  shape: {
    /** MAC of the request's content and its key, so that the table and the keyring yield no password to guess at. */
    fingerprint: z.string(),
    /** Encrypted. */
    answer: z.string(),
    madeAtMs: z.int(),
    expiresAtEpochSeconds: z.int(),
  },
});

/** An answer with what goes beside it, as the HTTP layer writes it. */
export interface KeptOutput {
  answer: unknown;
  headers?: Record<string, string>;
  cookies?: string[];
}

/** What is kept of a request that has succeeded. */
interface KeptContent {
  output: KeptOutput;
  of: OfAccount | null;
  tokens: TokensPlace | null;
}

/** A request with a key. */
interface RequestIdentity {
  /** Who calls. */
  caller: string;
  /** Method and path template. */
  routeKey: string;
  idempotencyKey: string;
  /** Everything that a repeat has to have in common with it. */
  content: unknown;
}

/** A request's place among the kept answers. */
export interface AnswerPlace {
  key: Key;
  fingerprint: string;
}

/** A kept answer that lives; without content where another request has the key. */
export interface FoundAnswer {
  madeAtMs: number;
  content: KeptContent | null;
}

/** The answers that are kept for repeats. */
export interface KeptAnswers {
  placeOf(request: RequestIdentity): AnswerPlace;
  /** @returns `null` where none is kept, or not any more @throws StoreUnavailable */
  find(place: AnswerPlace): Promise<FoundAnswer | null>;
  /**
   * Keeps an answer; loses to another request that has kept one meanwhile.
   * @param seen what was found before, which this takes the place of
   */
  keepWrite(place: AnswerPlace, content: KeptContent, keptSeconds: number, seen: FoundAnswer | null): Write;
}

/** Whether a write is that of an answer. */
export const keepsAnswer = (write: Write): boolean => write.kind === 'put' && write.item.pk.startsWith('IDEMPOTENCY#');

/** Opens them. */
export const makeKeptAnswers = ({
  dynamo,
  keyring,
  clock,
  randomness,
}: {
  dynamo: Dynamo;
  keyring: Keyring;
  clock: Clock;
  randomness: Randomness;
}): KeptAnswers => {
  const mac = (data: unknown): string => keyring.hmac('idempotency-key', JSON.stringify(data)).toString('base64url');

  const contentOf = async (key: Key, encrypted: string): Promise<KeptContent | null> => {
    await keyring.refreshFor(versionOfEncrypted(encrypted));
    const plain = keyring.decrypt('idempotency-answer', encrypted, key.pk);
    return plain && (JSON.parse(inflateRawSync(plain).toString()) as KeptContent);
  };

  return {
    placeOf: ({ caller, routeKey, idempotencyKey, content }) => ({
      key: keptAnswerRow.key(mac(['place', caller, routeKey, idempotencyKey])),
      fingerprint: mac(['content', idempotencyKey, content]),
    }),

    find: async ({ key, fingerprint }) => {
      const item = await dynamo.get('tokens', key);
      const row = item && keptAnswerRow.parse(item);
      if (!row || isExpired(row, clock.nowSeconds())) return null;
      const isSame = constantTimeEqual(row.fingerprint, fingerprint);
      const content = isSame ? await contentOf(key, row.answer) : null;
      return isSame && !content ? null : { madeAtMs: row.madeAtMs, content }; // its key is gone, and it with it
    },

    keepWrite: ({ key, fingerprint }, content, keptSeconds, seen) => {
      const { isNew, hasExpired, is, or } = keptAnswerRow.when;
      const plain = deflateRawSync(JSON.stringify(content));
      return keptAnswerRow.putWrite(
        key,
        {
          fingerprint,
          answer: keyring.encrypt('idempotency-answer', plain, key.pk, randomness.bytes(IV_BYTES)),
          madeAtMs: clock.nowMs(),
          expiresAtEpochSeconds: clock.nowSeconds() + keptSeconds,
        },
        or(isNew, hasExpired(clock.nowSeconds()), ...(seen ? [is('madeAtMs', seen.madeAtMs)] : [])),
      );
    },
  };
};
