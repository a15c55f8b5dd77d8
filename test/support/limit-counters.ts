import { readFileSync } from 'node:fs';
import { makeKeyring } from '../../shared/keyring/keyring.ts';
import { GLOBAL_LIMIT_SHARDS, limitWindow } from '../../shared/limits/rate-limit.ts';
import { putRows } from './table-writer.ts';
import type { Answer, World } from './world.ts';

/** A 429 without its wait, which depends on the counter's window. */
export const withoutWait = ({ status, headers, body }: Answer) => {
  const { 'retry-after': retryAfter, 'ratelimit-reset': reset, ...otherHeaders } = headers;
  const { retry_after, ...otherBody } = body;
  return {
    status,
    headers: otherHeaders,
    body: otherBody,
    waits: [retryAfter, reset, String(retry_after)].map(Number),
  };
};

/** Uses up a flow's global limit as other callers would; the flow must have been called once in the window. */
export const exhaustGlobalLimit = async (world: World, flow: string, { max }: { max: number }): Promise<void> => {
  const prefix = `LIMIT#${flow}/global#shard-`;
  const counters = (await world.rows('tokens')).filter(({ pk }) => String(pk).startsWith(prefix));
  const newest = counters.toSorted((a, b) => Number(b.expiresAtEpochSeconds) - Number(a.expiresAtEpochSeconds))[0];
  if (!newest) throw new Error(`${flow} has not been called`);
  const window = String(newest.pk).split('#').at(-1);
  const shards = Array.from({ length: GLOBAL_LIMIT_SHARDS }, (_, shard) => `${prefix}${shard}#${window}`);
  const used = Math.ceil(max / GLOBAL_LIMIT_SHARDS);
  await putRows(
    world,
    'tokens',
    shards.map((pk) => ({ ...newest, pk, used })),
  );
};

/**
 * Moves the clock to where a window of a limit begins. What is counted while the clock moves would otherwise fall into two windows
 * for some keyrings, because a window's phase comes from the key's HMAC.
 *
 * @param name of the limit: of a flow's, `flow/dimension`
 * @param counted what it counts for: an address, a number, an account
 */
export const beginWindow = (
  { clock, keyringFile }: Pick<World, 'clock' | 'keyringFile'>,
  { name, counted, windowSeconds }: { name: string; counted: string; windowSeconds: number },
): void => {
  const keyring = makeKeyring(JSON.parse(readFileSync(keyringFile, 'utf8')));
  const nowSeconds = clock.nowSeconds();
  const { endsAtEpochSeconds } = limitWindow({
    policy: { name, dimension: 'identifier', max: 1, windowSeconds },
    keyDigest: keyring.hmac('limit-key', `${name}/${counted}`),
    shard: null,
    nowSeconds,
  });
  clock.advance(endsAtEpochSeconds - nowSeconds);
};
