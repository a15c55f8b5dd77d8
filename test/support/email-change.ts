import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { asOwner } from './fixtures.ts';
import { newestToken } from './journeys.ts';
import { type EventChanges, jsonBody, loadEvent } from './load-event.ts';
import type { Answer, World } from './world.ts';

/** The owner of an account, in one session. */
export type Owner = Pick<SessionTokensAnswer, 'access_token' | 'account_id'>;

/** Changes some of a profile. */
export const patchProfile = (
  world: World,
  owner: Owner,
  members: unknown,
  changes: EventChanges = {},
): Promise<Answer> =>
  world.call(
    'update-profile',
    loadEvent('update-profile/patch-merge', { ...asOwner(owner), ...jsonBody(members), ...changes }),
  );

/** Asks for another address. */
export const changeEmail = (world: World, owner: Owner, email: string, members: object = {}): Promise<Answer> =>
  patchProfile(world, owner, { email, ...members });

/** The tokens of a change that its two addresses have got. */
export interface ChangeTokens {
  old: string;
  new: string;
}

/** Asks for another address, and reads both mails. */
export const beginEmailChange = async (
  world: World,
  owner: Owner & { email: string },
  email: string,
  members: object = {},
): Promise<ChangeTokens> => {
  const answer = await changeEmail(world, owner, email, members);
  if (answer.status !== 200) throw new Error(`the change to ${email} was answered ${answer.text}`);
  await world.deliver();
  return { old: await newestToken(world, owner.email), new: await newestToken(world, email) };
};

/** Confirms one side of a change. */
export const confirmEmailChange = (world: World, token: string, changes: EventChanges = {}): Promise<Answer> =>
  world.call('confirm-email-change', loadEvent('confirm-email-change/json', { ...jsonBody({ token }), ...changes }));

/** "This wasn't me", with a token of a mail. */
export const cancelEmailChange = (world: World, token: string): Promise<Answer> =>
  world.call('revoke-recovery', loadEvent('revoke-recovery/json', jsonBody({ token })));
