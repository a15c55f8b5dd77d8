import { recoveryRow } from '../../shared/account/recovery-rows.ts';
import { undoRow } from '../../shared/account/undo-tokens.ts';
import { sha256 } from '../../shared/primitives/digest.ts';
import { deleteAccount, keepAccount } from '../support/deletion.ts';
import { cancelEmailChange, changeEmail, confirmEmailChange, patchProfile } from '../support/email-change.ts';
import { changePassword, resetPassword, signIn } from '../support/journeys.ts';
import { leaveNumber } from '../support/left-number.ts';
import { formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { askByPhone, askToMake } from '../support/recovery-phone.ts';
import { callAs, codesTo } from '../support/second-factor.ts';
import { undo } from '../support/undo.ts';
import { askForCode, giveCode } from '../support/verification.ts';
import type { Answer } from '../support/world.ts';
import {
  carryOn,
  count,
  emailOf,
  freshSession,
  learnNumber,
  learnPassword,
  learnUndo,
  lookAround,
  nextPassword,
  type Person,
  type Storm,
  waitingAccounts,
} from './storm-model.ts';

/** Who does it, and to which of several it is done, each by its rest. */
interface Choice {
  who: number;
  what: number;
}

type Action = (storm: Storm, choice: Choice) => Promise<unknown>;

/** As many accounts race. */
const MOST_PEOPLE = 6;

const LINK = /\/ui\/([\w-]+)\?lang=\w+#\w+=([0-9A-Z]{26})/g;

type Page = 'complete-sign-up' | 'confirm-email' | 'keep-account' | 'not-me' | 'reset' | 'undo';

const pick = <One>(list: readonly One[], which: number): One | undefined => list[which % list.length];

/** The tokens of links to a page in the messages to an address or number, the newest first. */
export const linksTo = async ({ world }: Storm, to: string, page: Page): Promise<string[]> =>
  (await world.mailsTo(to)).flatMap(({ text }) =>
    [...text.matchAll(LINK)].flatMap(([, name, token]) => (name === page && token !== undefined ? [token] : [])),
  );

/** Mostly the newest token that has come to one of the addresses and numbers, and sometimes an older one. */
const tokenFor = async (storm: Storm, page: Page, { who, what }: Choice): Promise<string | undefined> => {
  const waiting = waitingAccounts(storm).flatMap(({ email, pending }) => [pending.email, email]);
  const isOfChange = waiting.length > 0 && (page === 'confirm-email' || page === 'not-me');
  const destinations = isOfChange ? waiting : [...storm.addresses, ...storm.numbers];
  for (let skipped = 0; skipped < destinations.length; skipped += 1) {
    const tokens = await linksTo(storm, destinations[(who + skipped) % destinations.length] ?? '', page);
    if (tokens.length > 0) return what % 3 === 0 ? pick(tokens, what) : tokens[0];
  }
  return undefined;
};

/** Whose account a token is for. */
const ownerOf = async (
  storm: Storm,
  row: { key(name: string): { pk: string } },
  token: string,
): Promise<Person | undefined> => {
  const { pk } = row.key(sha256(token));
  const found = (await storm.world.rows('tokens')).find((one) => one.pk === pk);
  return storm.people.find(({ accountId }) => accountId === found?.accountId);
};

/** Does it in a session, where one was to be had. */
const inSession =
  (
    act: (
      storm: Storm,
      at: Choice & { person: Person; session: NonNullable<Awaited<ReturnType<typeof freshSession>>> },
    ) => Promise<Answer | null>,
  ): Action =>
  async (storm, choice) => {
    const person = pick(storm.people, choice.who);
    const session = person && (await freshSession(storm, person));
    if (!person || !session) return;
    const answer = await act(storm, { ...choice, person, session });
    if (answer) carryOn(person, answer);
  };

const askForAddress = (storm: Storm, session: Parameters<typeof changeEmail>[1], choice: Choice): Promise<Answer> => {
  const email = pick(storm.addresses, choice.what) ?? '';
  return changeEmail(storm.world, session, email, choice.what % 4 === 0 ? { email_unreachable: true } : {});
};

const askForSignUp = async ({ world }: Storm, email: string): Promise<void> => {
  await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email })));
  await world.deliver();
};

const completeSignUp = async (storm: Storm, email: string): Promise<void> => {
  if (storm.people.length >= MOST_PEOPLE) return;
  const [token] = await linksTo(storm, email, 'complete-sign-up');
  if (token === undefined) return;
  const password = nextPassword(storm);
  storm.openedWith.set(email, [...(storm.openedWith.get(email) ?? []), password]);
  await storm.world.call('complete-sign-up', loadEvent('complete-sign-up/json', jsonBody({ token, password })));
};

/** Two owners and a stranger have all they need to get one address, and go for it at one moment. */
const raceForOneAddress: Action = async (storm, { who, what }) => {
  const { world, addresses, people, now } = storm;
  const owned = new Set([...now.accounts.values()].map(({ email }) => email));
  const email = pick(
    addresses.filter((address) => !owned.has(address)),
    what,
  );
  if (email === undefined) return;
  await askForSignUp(storm, email);
  const racers = new Set([pick(people, who), pick(people, who + 1)].filter((person) => person !== undefined));
  for (const racer of racers) {
    const session = await freshSession(storm, racer);
    if (session) await changeEmail(world, session, email);
  }
  await world.deliver();
  const theirs = await Promise.all([...racers].map((racer) => linksTo(storm, emailOf(storm, racer), 'confirm-email')));
  for (const [token] of theirs) if (token !== undefined) await confirmEmailChange(world, token);
  const tokens = (await linksTo(storm, email, 'confirm-email')).slice(0, racers.size);
  await Promise.all([...tokens.map((token) => confirmEmailChange(world, token)), completeSignUp(storm, email)]);
};

/** Learns of an undo, and tries the password that it has ended. */
const seeUndone = async (storm: Storm, person: Person | undefined, answer: Answer): Promise<void> => {
  const ended = person?.passwords.at(-1);
  learnUndo(storm, person, answer);
  if (!person || ended === undefined || person.passwords.length > 0) return;
  await lookAround(storm); // the address may be that of before
  const { status } = await signIn(storm.world, emailOf(storm, person), ended);
  if (status === 200) storm.faults.push(`${person.accountId} has kept a password that was undone`);
};

/** Proves a number for something else than a factor. */
const proveFor = async (
  storm: Storm,
  { person, session, what }: Choice & { person: Person; session: Parameters<typeof askToMake>[1] },
  purpose: 'contact' | 'recovery',
): Promise<Answer | null> => {
  const { world, numbers } = storm;
  const phoneNumber = pick(numbers, what) ?? '';
  const asked = await askToMake(world, session, { phoneNumber, purpose });
  if (asked.status !== 200) return asked;
  await world.deliver();
  const [code] = await codesTo(world, phoneNumber);
  if (code === undefined) return null;
  const answer = await giveCode(world, code, { token: session.access_token, endOtherSessions: what % 2 === 0 });
  if (purpose === 'contact') learnNumber(storm, person, answer, phoneNumber);
  return answer;
};

/** Erases what is due, as each hour does. Where the database fails, the next run goes on. */
export const erase = async (storm: Storm): Promise<void> => {
  try {
    await storm.world.run('erase-accounts');
    count(storm, 'erase-accounts done');
  } catch (error) {
    if (!storm.isFaulty) storm.faults.push(`the erasure failed: ${String(error)}`);
  }
};

/** What changes identities. */
export const STORM_ACTIONS = {
  signUp: (storm, { what }) => askForSignUp(storm, pick(storm.addresses, what) ?? ''),
  completeSignUp: (storm, { what }) => completeSignUp(storm, pick(storm.addresses, what) ?? ''),
  askForAddress: inSession((storm, { session, ...choice }) => askForAddress(storm, session, choice)),
  askForItAgain: inSession(async ({ world, now }, { person, session }) => {
    const email = now.accounts.get(person.accountId)?.pendingEmail?.email;
    return email === undefined ? null : changeEmail(world, session, email);
  }),
  takeAddressBack: inSession(({ world, now }, { person, session }) =>
    changeEmail(world, session, now.accounts.get(person.accountId)?.email ?? ''),
  ),
  askForAddressAndDeliver: inSession(async (storm, { session, ...choice }) => {
    const answer = await askForAddress(storm, session, choice);
    await storm.world.deliver();
    return answer;
  }),
  raceForOneAddress,
  confirmAddress: async (storm, choice) => {
    const token = await tokenFor(storm, 'confirm-email', choice);
    if (token !== undefined) await confirmEmailChange(storm.world, token);
  },
  confirmBothAtOnce: async (storm, { who }) => {
    const waiting = pick(waitingAccounts(storm), who);
    if (!waiting) return;
    const sides = [waiting.email, waiting.pending.email];
    const tokens = await Promise.all(sides.map((side) => linksTo(storm, side, 'confirm-email')));
    await Promise.all(
      tokens.flatMap(([token]) => (token === undefined ? [] : [confirmEmailChange(storm.world, token)])),
    );
  },
  sayItWasNotMe: async (storm, choice) => {
    const page = choice.what % 2 === 0 ? 'not-me' : 'confirm-email'; // of a change, both links have the same token
    const token = await tokenFor(storm, page, choice);
    if (token !== undefined) await cancelEmailChange(storm.world, token);
  },
  undo: async (storm, choice) => {
    const token = await tokenFor(storm, 'undo', choice);
    if (token === undefined) return;
    const person = await ownerOf(storm, undoRow, token);
    const other = await tokenFor(storm, 'undo', { ...choice, who: choice.who + storm.addresses.length });
    const code = choice.what % 2 === 0 ? other : person?.recoveryCodes.at(0);
    const first = await undo(storm.world, token);
    await seeUndone(storm, person, first);
    if (first.status === 400 && code !== undefined) {
      await seeUndone(storm, person, await undo(storm.world, token, code));
    }
  },
  changePassword: inSession(async (storm, { person, session }) => {
    const next = nextPassword(storm);
    const answer = await changePassword(storm.world, session, { current: person.passwords.at(-1) ?? '', next });
    learnPassword(storm, person, answer, next);
    return answer;
  }),
  askForRecovery: async (storm, { what }) => {
    const { world, addresses, people } = storm;
    const lost = people.filter(({ passwords }) => passwords.length === 0).map((person) => emailOf(storm, person));
    const email = pick(lost.length > 0 ? lost : addresses, what) ?? '';
    await world.call('request-recovery', loadEvent('request-recovery/form', formBody({ email })));
    await world.deliver();
  },
  reset: async (storm, choice) => {
    const token = await tokenFor(storm, 'reset', choice);
    if (token === undefined) return;
    const person = await ownerOf(storm, recoveryRow, token);
    const password = nextPassword(storm);
    learnPassword(storm, person, await resetPassword(storm.world, token, password), password);
  },
  proveNumber: inSession(async (storm, { person, session, what }) => {
    const { world, numbers } = storm;
    const phoneNumber = pick(numbers, what) ?? '';
    const asked = await askForCode(world, { token: session.access_token, phoneNumber });
    if (asked.status !== 200) return asked;
    await world.deliver();
    const [code] = await codesTo(world, phoneNumber);
    if (code === undefined) return null;
    const answer = await giveCode(world, code, { token: session.access_token, endOtherSessions: what % 2 === 0 });
    learnNumber(storm, person, answer, phoneNumber);
    if (answer.status === 200 && answer.body.recovery_codes) person.recoveryCodes = answer.body.recovery_codes;
    return answer;
  }),
  proveContact: inSession((storm, at) => proveFor(storm, at, 'contact')),
  chooseRecoveryPhone: inSession((storm, at) => proveFor(storm, at, 'recovery')),
  removeRecoveryPhone: inSession(({ world }, { session }) => patchProfile(world, session, { recovery_phone: null })),
  askForRecoveryByPhone: async ({ world, numbers }, { what }) => {
    await askByPhone(world, pick(numbers, what) ?? '');
    await world.deliver();
  },
  removeNumber: inSession(({ world }, { session }) =>
    callAs(world, 'remove-factor', 'remove-factor/delete', session.access_token, { path: { factor: 'sms' } }),
  ),
  clearNumber: inSession(({ world }, { session }) => patchProfile(world, session, { phone_number: null })),
  /** As release 0.1.0 left one; then it is no factor. */
  leaveNumber: async (storm, { who, what }) => {
    const { world, now, numbers, isPaired } = storm;
    const person = pick(storm.people, who);
    const number = pick(numbers, what) ?? '';
    if (!person || isPaired || now.phones.has(number) || now.accounts.get(person.accountId)?.phone) return;
    await leaveNumber(world, person.accountId, number);
  },
  deleteAccount: inSession(async ({ world }, { person, session }) => {
    const answer = await deleteAccount(world, session);
    if (answer.status === 200) person.session = null; // every session has ended
    return answer;
  }),
  keepAccount: async (storm, { who, what }) => {
    const { world, now } = storm;
    await world.deliver();
    const leavers = [...now.accounts.values()].filter(({ deletion }) => deletion);
    const tokens = await linksTo(storm, pick(leavers, who)?.email ?? pick(storm.addresses, who) ?? '', 'keep-account');
    const token = what % 3 === 0 ? pick(tokens, what) : tokens[0];
    if (token !== undefined) await keepAccount(world, token);
  },
  erase,
  /** The next one that is due, at its second. */
  eraseTheNext: async (storm) => {
    const { world, now, isPaired } = storm;
    const ends = [...now.accounts.values()].flatMap(({ deletion }) => deletion?.erasesAtEpochSeconds ?? []);
    const waitSeconds = Math.min(...ends) - world.clock.nowSeconds();
    if (!isPaired && waitSeconds > 0 && Number.isFinite(waitSeconds)) world.clock.advance(waitSeconds);
    await erase(storm);
  },
  deliver: ({ world }) => world.deliver(),
} satisfies Record<string, Action>;

export type StormActionName = keyof typeof STORM_ACTIONS;
