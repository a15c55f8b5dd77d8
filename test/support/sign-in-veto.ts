import { GOOD_PASSWORD, signIn } from './journeys.ts';
import { jsonBody, loadEvent } from './load-event.ts';
import { totpCode } from './second-factor.ts';
import { giveCode } from './verification.ts';
import type { Answer, World } from './world.ts';

/** The token of a link that says of a sign-in that it was not its owner's. */
const VETO_LINK = /\/ui\/not-my-sign-in\?lang=\w+#token=([0-9A-Z]{26})/;

/** The tokens of the notices of new sign-ins that came to an address, the newest first. */
export const vetoTokens = async (world: World, to: string): Promise<string[]> => {
  await world.deliver();
  return (await world.mailsTo(to)).flatMap(({ text }) => VETO_LINK.exec(text)?.[1] ?? []);
};

/** The newest of them. */
export const vetoToken = async (world: World, to: string): Promise<string> => {
  const [token] = await vetoTokens(world, to);
  if (token === undefined) throw new Error(`no notice of a new sign-in came to ${to}`);
  return token;
};

/** Says of a sign-in that it was not the owner's. */
export const revokeSignIn = (world: World, token: string): Promise<Answer> =>
  world.call('revoke-sign-in', loadEvent('revoke-sign-in/json', jsonBody({ token })));

/** A sign-in with the app on a device that the account doesn't know. @returns the token of the mail that tells its owner */
export const vetoOfStranger = async (
  world: World,
  { email, secret }: { email: string; secret: string },
): Promise<string> => {
  const { challenge_token: token } = (await signIn(world, email, GOOD_PASSWORD, { deviceToken: null })).body;
  await giveCode(world, totpCode(world, secret), { token });
  return vetoToken(world, email);
};
