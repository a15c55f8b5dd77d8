import type { NumberPurpose } from '../../shared/contract/number-purposes.ts';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { tokenIn } from './journeys.ts';
import { type EventChanges, formBody, jsonBody, loadEvent } from './load-event.ts';
import { newestCode } from './second-factor.ts';
import { askForCode, giveCode, newNumber } from './verification.ts';
import type { Answer, World } from './world.ts';

type Session = Pick<SessionTokensAnswer, 'access_token'>;

/** Asks for a code that makes something of a number. */
export const askToMake = (
  world: World,
  { access_token: token }: Session,
  { phoneNumber, purpose }: { phoneNumber: string; purpose: NumberPurpose },
): Promise<Answer> => askForCode(world, { token, changes: jsonBody({ phone_number: phoneNumber, purpose }) });

/** Makes something of a number whose SMS are read; sessions stay unless it replaces another. */
export const makeNumber = async (
  world: World,
  session: Session,
  { phoneNumber = newNumber(), purpose }: { phoneNumber?: string; purpose: NumberPurpose },
): Promise<{ phoneNumber: string; answer: Answer }> => {
  const asked = await askToMake(world, session, { phoneNumber, purpose });
  if (asked.status !== 200) throw new Error(`the request for a code was answered ${asked.text}`);
  await world.deliver();
  const code = await newestCode(world, phoneNumber);
  const answer = await giveCode(world, code, { token: session.access_token, endOtherSessions: false });
  return { phoneNumber, answer };
};

/** Chooses a number for recovery, and lets the waits between codes pass. */
export const chooseRecoveryPhone = async (
  world: World,
  session: Session,
  phoneNumber = newNumber(),
): Promise<string> => {
  const { answer } = await makeNumber(world, session, { phoneNumber, purpose: 'recovery' });
  if (answer.status !== 200) throw new Error(`the number was not taken: ${answer.text}`);
  await world.deliver();
  world.clock.advance(60);
  return phoneNumber;
};

/** Asks for a recovery by phone. */
export const askByPhone = (world: World, phoneNumber: string, changes: EventChanges = {}): Promise<Answer> =>
  world.call(
    'request-recovery',
    loadEvent('request-recovery/phone-form', { ...formBody({ phone_number: phoneNumber }), ...changes }),
  );

/** The SMS of recoveries that came to a number, the newest first. */
export const recoverySmsTo = async (world: World, phoneNumber: string): Promise<string[]> =>
  (await world.mailsTo(phoneNumber)).map(({ text }) => text).filter((text) => text.includes('/ui/reset?'));

/** Asks for a recovery by phone and reads the token of the SMS. */
export const recoveryTokenByPhone = async (world: World, phoneNumber: string): Promise<string> => {
  await askByPhone(world, phoneNumber);
  await world.deliver();
  const [text = ''] = await recoverySmsTo(world, phoneNumber);
  return tokenIn(text);
};

const VETO_LINK = /\/ui\/not-me\?lang=\w+#link=([0-9A-Z]{26})/;

/** The tokens of the mails that tell of recoveries by phone, the newest first. */
export const vetoTokens = async (world: World, email: string): Promise<string[]> => {
  await world.deliver();
  return (await world.mailsTo(email)).flatMap(({ text }) => VETO_LINK.exec(text)?.[1] ?? []);
};
