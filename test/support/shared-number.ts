import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { getProfile, signUpSomebody } from './journeys.ts';
import { callAs } from './second-factor.ts';
import { giveCode, receiveCode, signInBySms, UNHINDERED_SMS } from './verification.ts';
import { type Answer, startWorld, type World } from './world.ts';

/** An account of a suite, with the session that it goes on with. */
export type Person = Awaited<ReturnType<typeof signUpSomebody>>;

/** A world whose access tokens outlive the hour after which a number gets SMS again. */
export const startSharingWorld = (sms: { accountsPerNumber?: number } = {}): Promise<World> =>
  startWorld({ settings: { sms: { ...UNHINDERED_SMS, ...sms }, sessions: { accessTokenSeconds: 900 } } });

/** Proves a number for an account, and ignores whether it may. Other sessions live on, so that the suite's own do. */
export const prove = async (
  world: World,
  { access_token: token }: Pick<SessionTokensAnswer, 'access_token'>,
  phoneNumber: string,
): Promise<Answer> => {
  const { code } = await receiveCode(world, { token, phoneNumber });
  return giveCode(world, code, { token, endOtherSessions: false });
};

/** Opens an account that has proven a number. */
export const openSharer = async (world: World, phoneNumber: string): Promise<Person> => {
  const person = await signUpSomebody(world);
  const answer = await prove(world, person, phoneNumber);
  if (answer.status !== 200) throw new Error(`the number was not taken: ${answer.text}`);
  await world.deliver();
  return person;
};

/** Opens two accounts that have proven one number, one after the other. */
export const openTwo = async (world: World, phoneNumber: string): Promise<[first: Person, second: Person]> => [
  await openSharer(world, phoneNumber),
  await openSharer(world, phoneNumber),
];

/** Opens as many as may have it, unless set. */
export const openThree = async (
  world: World,
  phoneNumber: string,
): Promise<[first: Person, second: Person, third: Person]> => [
  ...(await openTwo(world, phoneNumber)),
  await openSharer(world, phoneNumber),
];

/** Switches codes by SMS off. */
export const removeSms = (
  world: World,
  { access_token: token }: Pick<SessionTokensAnswer, 'access_token'>,
): Promise<Answer> => callAs(world, 'remove-factor', 'remove-factor/delete', token, { path: { factor: 'sms' } });

/** What a profile says of its number. */
export const phoneOf = async (
  world: World,
  session: SessionTokensAnswer,
): Promise<{ phone_number?: string; phone_number_verified?: boolean }> => {
  const { phone_number, phone_number_verified } = (await getProfile(world, session)).body;
  return { phone_number, phone_number_verified };
};

/** The accounts of a number in the order of their proofs, and the verified one; `null` where there is no claim. */
export const claimOf = async (
  world: World,
  phoneNumber: string,
): Promise<{ verified: string | null; all: string[] } | null> => {
  const row = (await world.rows('accounts')).find(({ pk }) => pk === `PHONE#${phoneNumber}`);
  return row ? { verified: (row.accountId as string) ?? null, all: row.accountIds as string[] } : null;
};

/** Signs in with a code to the number, in a later hour; the next code can be asked for at once. */
export const laterBySms = async (world: World, email: string, phoneNumber: string): Promise<SessionTokensAnswer> => {
  world.clock.advance(3600);
  const session = await signInBySms(world, email, phoneNumber);
  world.clock.advance(60);
  return session;
};
