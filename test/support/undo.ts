import { jsonBody, loadEvent } from './load-event.ts';
import type { Answer, World } from './world.ts';

/** The token of a link that undoes a change. */
const UNDO_LINK = /\/ui\/undo\?lang=\w+#token=([0-9A-Z]{26})/;

/** The tokens of the links to an address or number that undo changes, the newest first. */
export const undoTokens = async (world: World, to: string): Promise<string[]> => {
  await world.deliver();
  return (await world.mailsTo(to)).flatMap(({ text }) => UNDO_LINK.exec(text)?.[1] ?? []);
};

/** The newest of them. */
export const undoToken = async (world: World, to: string): Promise<string> => {
  const [token] = await undoTokens(world, to);
  if (token === undefined) throw new Error(`no link to undo came to ${to}`);
  return token;
};

/** "This wasn't me", with a token of a notice. */
export const undo = (world: World, token: string, code?: string): Promise<Answer> =>
  world.call('undo-change', loadEvent('undo-change/json', jsonBody({ token, ...(code !== undefined && { code }) })));

/** An account's row. */
export const accountOf = async (world: World, accountId: string): Promise<Record<string, unknown>> => {
  const row = (await world.rows('accounts')).find(({ pk, sk }) => pk === `ACCOUNT#${accountId}` && sk === 'ACCOUNT');
  if (!row) throw new Error('there is no such account');
  return row;
};
