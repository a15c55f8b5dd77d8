import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { newestToken, signUp } from './journeys.ts';
import { bearer, type EventChanges, jsonBody, loadEvent } from './load-event.ts';
import { putRows } from './table-writer.ts';
import { accountOf } from './undo.ts';
import type { Answer, World } from './world.ts';

/** Asks for everything that is held about an account. */
export const exportAccount = (
  world: World,
  { access_token: token }: Pick<SessionTokensAnswer, 'access_token'>,
  changes: EventChanges = {},
): Promise<Answer> => world.call('export-account', loadEvent('export-account/post', { ...bearer(token), ...changes }));

/** Gives an account more entries in its history than an answer holds. */
export const fillHistory = async (world: World, accountId: string, entries = 501): Promise<void> => {
  const rows = Array.from({ length: entries }, (_, index) => {
    const occurredAt = new Date(world.clock.nowMs() - index * 1000).toISOString();
    return {
      pk: `ACCOUNT#${accountId}`,
      sk: `EVENT#${occurredAt}#${String(index).padStart(8, '0')}`,
      schemaVersion: 2,
      type: 'sign-in-failed',
      occurredAt,
      sourceIp: '203.0.113.7',
      expiresAtEpochSeconds: world.clock.nowSeconds() + 86_400,
    };
  });
  await putRows(world, 'accounts', rows);
};

/** Saves what a link leads to. */
export const downloadExport = (world: World, token: string, changes: EventChanges = {}): Promise<Answer> =>
  world.call('download-export', loadEvent('download-export/json', { ...jsonBody({ token }), ...changes }));

/** Opens an account with a long history, and asks for a link to its export. @returns the token of the link */
export const exportToken = async (world: World, email: string): Promise<string> => {
  const session = await signUp(world, email);
  await fillHistory(world, session.account_id);
  await exportAccount(world, session);
  await world.deliver();
  return newestToken(world, email);
};

/** The same with a large profile in the place of a long history: one row, where many accounts are needed. */
export const exportTokenOfLargeProfile = async (world: World, email: string): Promise<string> => {
  const session = await signUp(world, email);
  const filling = JSON.stringify({ filling: 'x'.repeat(140_000) });
  await putRows(world, 'accounts', [{ ...(await accountOf(world, session.account_id)), metadata: filling }]);
  await exportAccount(world, session);
  await world.deliver();
  return newestToken(world, email);
};
