import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { bearer, type EventChanges, jsonBody, loadEvent } from './load-event.ts';
import type { Answer, World } from './world.ts';

/** In seconds: the grace and the settling, as they are unless set. */
export const GRACE = 7 * 24 * 60 * 60;
export const SETTLING = 14 * 24 * 60 * 60;

/** The token of a link that keeps an account. */
const KEEP_LINK = /\/ui\/keep-account\?lang=\w+#token=([0-9A-Z]{26})/;

/** Asks for the account of a session to be deleted. */
export const deleteAccount = (
  world: World,
  { access_token: token }: Pick<SessionTokensAnswer, 'access_token'>,
  changes: EventChanges = {},
): Promise<Answer> =>
  world.call('delete-account', loadEvent('delete-account/delete', { ...bearer(token), ...changes }));

/** The tokens of the links to an address or number that keep an account, the newest first. */
export const keepTokens = async (world: World, to: string): Promise<string[]> => {
  await world.deliver();
  return (await world.mailsTo(to)).flatMap(({ text }) => KEEP_LINK.exec(text)?.[1] ?? []);
};

/** The newest of them. */
export const keepToken = async (world: World, to: string): Promise<string> => {
  const [token] = await keepTokens(world, to);
  if (token === undefined) throw new Error(`no link to keep the account came to ${to}`);
  return token;
};

/** Keeps an account that is to be deleted. */
export const keepAccount = (world: World, token: string): Promise<Answer> =>
  world.call('cancel-deletion', loadEvent('cancel-deletion/json', jsonBody({ token })));

/** Every row of every table that has one of these texts anywhere, in its key too. */
export const rowsWith = async (world: World, texts: readonly string[]): Promise<Record<string, unknown>[]> => {
  const tables = await Promise.all((['accounts', 'credentials', 'tokens', 'outbox'] as const).map(world.rows));
  return tables.flat().filter((row) => texts.some((text) => JSON.stringify(row).includes(text)));
};

/** Does what DynamoDB's time to live does in the end: rows go that have expired. */
export const sweepExpired = async (world: World): Promise<void> => {
  for (const table of ['accounts', 'tokens', 'outbox'] as const) {
    for (const { pk, sk, expiresAtEpochSeconds: end } of await world.rows(table)) {
      const isOver = typeof end === 'number' && end <= world.clock.nowSeconds();
      if (isOver) await world.database.remove(world.tables[table], [{ pk, sk }]);
    }
  }
};
