import type { SNSEvent } from 'aws-lambda';
import type { FeedbackOrder } from '../../local/inbox/mail-fate.ts';
import { openSuppression } from '../../scripts/suppression/open-suppression.ts';
import { runSuppression } from '../../scripts/suppression/run-suppression.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import type { Owner } from './email-change.ts';
import { asOwner } from './fixtures.ts';
import { newestToken } from './journeys.ts';
import { formBody, jsonBody, loadEvent } from './load-event.ts';
import type { Answer, World } from './world.ts';

/** The parts of SES's message that tests change. */
interface MailMessage {
  mail: { destination: string[]; tags: Record<string, string[]> };
}

const messageOf = (event: SNSEvent): MailMessage => JSON.parse(event.Records[0]?.Sns.Message ?? '');

/** Asks for a mail to recover an account, and delivers it. */
export const mailRecovery = async (world: World, email: string): Promise<void> => {
  await world.call('request-recovery', loadEvent('request-recovery/form', formBody({ email })));
  await world.deliver();
};

/** Sends a recovery mail, which arrives. @returns the reference by which SES tells of it */
export const sentReference = async (world: World, email: string): Promise<string> => {
  await world.deliver(); // other mails of before have references too
  await world.hear();
  await mailRecovery(world, email);
  const [event] = await world.hear();
  const reference = event && messageOf(event).mail.tags['keyturn-mail']?.[0];
  if (reference === undefined) throw new Error('the mail had no reference');
  return reference;
};

/** Lets a recovery mail end as is ordered, and tells of it. */
export const loseRecovery = async (world: World, email: string, feedback: FeedbackOrder): Promise<SNSEvent[]> => {
  await world.setFault({ service: 'ses', next: 1, feedback });
  await mailRecovery(world, email);
  return world.hear();
};

/** An event of test/events/record-feedback about a mail. @param reference left out for a mail that has none */
export const mailEvent = (name: string, { email, reference }: { email: string; reference?: string }): SNSEvent => {
  const event = loadEvent<SNSEvent>(name);
  const [record] = event.Records;
  if (!record) throw new Error(`${name} has no record`);
  const message = JSON.parse(record.Sns.Message.replaceAll('ada@example.com', email)) as MailMessage;
  if (reference !== undefined) message.mail.tags['keyturn-mail'] = [reference];
  record.Sns.Message = JSON.stringify(message);
  return event;
};

/** The profile as its owner sees it. */
export const readProfile = async (world: World, owner: Owner): Promise<Answer> =>
  world.call('get-profile', loadEvent('get-profile/get', asOwner(owner)));

/** What the profile says of mail; `undefined` where nothing speaks against the address. */
export const deliverable = async (world: World, owner: Owner): Promise<boolean | undefined> =>
  (await readProfile(world, owner)).body.email_deliverable;

/** The entries of an account's history, oldest first. */
export const historyOf = async (world: World, accountId: string): Promise<string[]> =>
  (await world.rows('accounts'))
    .filter(({ pk, sk }) => pk === `ACCOUNT#${accountId}` && String(sk).startsWith('EVENT#'))
    .toSorted((one, other) => String(one.sk).localeCompare(String(other.sk)))
    .map(({ type }) => String(type));

/** Asks for a proof mail. */
export const askForProof = (world: World, owner: Owner): Promise<Answer> =>
  world.call(
    'request-email-proof',
    loadEvent('request-email-proof/post', { 'headers.authorization': `Bearer ${owner.access_token}` }),
  );

/** Gives the token of a proof mail. */
export const proveEmail = (world: World, token: string): Promise<Answer> =>
  world.call('confirm-email-proof', loadEvent('confirm-email-proof/json', jsonBody({ token })));

/** Asks for a proof mail and reads its token. */
export const proofToken = async (world: World, owner: Owner & { email: string }): Promise<string> => {
  const answer = await askForProof(world, owner);
  if (answer.status !== 200) throw new Error(`the request for a proof was answered ${answer.text}`);
  await world.deliver();
  return newestToken(world, owner.email);
};

/** Clears an address as an operator does who has agreed. @returns the printed lines */
export const clearAddress = async (world: World, email: string): Promise<string[]> => {
  const lines: string[] = [];
  const { clock, tables } = world;
  await runSuppression({
    asked: { clears: email, table: tables.accounts, yes: true, json: false },
    ...(await openSuppression({ table: tables.accounts, clock, randomness: csprng })),
    ask: async () => false,
    say: (line) => lines.push(line),
  });
  return lines;
};
