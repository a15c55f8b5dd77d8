import { isErasable } from '../../shared/account/pending-deletion.ts';
import { pendingEmailOf } from '../../shared/account/pending-email.ts';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { mailedCodes, signIn } from '../support/journeys.ts';
import { codesTo } from '../support/second-factor.ts';
import { askForCode, giveCode } from '../support/verification.ts';
import type { Answer, World } from '../support/world.ts';
import { type Identities, type Past, readIdentities, remember } from './table-walk.ts';

/** A factor is changed by who signed in within five minutes; some are left for the step itself. */
const YOUNG_SECONDS = 240;

const ADDRESSES = 8;
const NUMBERS = 3;

/** An account's owner, and what that one knows. */
export interface Person {
  accountId: string;
  /** The password; more where an answer was lost or two set one at one moment, none where an undo ended it. */
  passwords: string[];
  /** Passwords that work no more: another was set since, or an undo ended them. */
  endedPasswords: string[];
  /** Whether an undo may have ended the password. */
  isPasswordDoubtful: boolean;
  session: { tokens: SessionTokensAnswer; signedInAtSeconds: number } | null;
  recoveryCodes: string[];
}

/** A few accounts, and the few addresses and numbers that they race for. */
export interface Storm {
  world: World;
  addresses: readonly string[];
  numbers: readonly string[];
  people: Person[];
  past: Past;
  /** As the last step left them. */
  now: Identities;
  /** Passwords that an account may have been opened with, by address, for answers that are lost. */
  openedWith: Map<string, string[]>;
  /** Whether two things are done at one moment. */
  isPaired: boolean;
  /** Whether a call of the database fails in this step. */
  isFaulty: boolean;
  faults: string[];
  passwordCount: number;
  statuses: Map<string, number>;
}

/** @param world without accounts */
export const makeStorm = async (world: World): Promise<Storm> => {
  const statuses = new Map<string, number>();
  const faults: string[] = [];
  const storm: Storm = {
    world: {
      ...world,
      call: async (flow, event) => {
        const answer = await world.call(flow, event);
        const name = `${flow} ${answer.status}`;
        count(storm, name);
        if (answer.status >= (storm.isFaulty ? 504 : 500) || answer.status === 500)
          faults.push(`${name}: ${answer.text}`);
        return answer;
      },
    },
    addresses: Array.from({ length: ADDRESSES }, (_, index) => `wanted-${index}@example.com`),
    numbers: Array.from({ length: NUMBERS }, (_, index) => `+43664${index}100000`),
    people: [],
    past: { emails: new Map(), phones: new Map() },
    now: await readIdentities(world),
    openedWith: new Map(),
    isPaired: false,
    isFaulty: false,
    faults,
    passwordCount: 0,
    statuses,
  };
  return storm;
};

/** Notes that something was done. */
export const count = ({ statuses }: Storm, name: string): void => {
  statuses.set(name, (statuses.get(name) ?? 0) + 1);
};

export const nextPassword = (storm: Storm): string => {
  storm.passwordCount += 1;
  return `the storm's password number ${storm.passwordCount}`;
};

/** Whether an answer leaves open if it was done. */
const isLost = ({ status }: Answer): boolean => status >= 500;

/** What an answer says of the password that was to be set. */
export const learnPassword = (storm: Storm, person: Person | undefined, answer: Answer, password: string): void => {
  if (!person || (answer.status !== 200 && !isLost(answer))) return;
  const isSure = answer.status === 200 && !storm.isPaired;
  if (isSure) person.endedPasswords.push(...person.passwords);
  person.passwords = isSure ? [password] : [...person.passwords, password];
  if (isSure) person.isPasswordDoubtful = false;
};

/** What an answer says of an undo. */
export const learnUndo = (storm: Storm, person: Person | undefined, answer: Answer): void => {
  if (!person || (answer.status !== 200 && !isLost(answer))) return;
  if (answer.status === 200 && !answer.body.restored.includes('password')) return;
  person.isPasswordDoubtful = true;
  if (answer.status === 200 && !storm.isPaired) person.endedPasswords.push(...person.passwords.splice(0));
};

/** An account may have had a number for as long as a step takes. */
export const learnNumber = (storm: Storm, { accountId }: Person, answer: Answer, number: string): void => {
  if (answer.status !== 200 && !isLost(answer)) return;
  storm.past.phones.set(accountId, (storm.past.phones.get(accountId) ?? new Set()).add(number));
};

const unknowing = () => ({ endedPasswords: [], isPasswordDoubtful: false, session: null, recoveryCodes: [] });

/** Whether an account is gone: erased, or at the end of its grace, whether or not its rows are there. */
export const isGone = ({ world, now }: Storm, { accountId }: Pick<Person, 'accountId'>): boolean => {
  const account = now.accounts.get(accountId);
  return !account || isErasable(account, world.clock.nowSeconds());
};

/** Reads what a step has left: accounts that were opened have an owner from now on, and those that are gone have none. */
export const lookAround = async (storm: Storm): Promise<void> => {
  storm.now = await readIdentities(storm.world);
  remember(storm.past, storm.now);
  storm.people = storm.people.filter(({ accountId }) => storm.now.accounts.has(accountId));
  for (const [accountId, account] of storm.now.accounts) {
    const { email } = account;
    if (storm.people.some((person) => person.accountId === accountId)) continue;
    const passwords = storm.openedWith.get(email) ?? [];
    storm.people.push({ ...unknowing(), accountId, passwords });
  }
};

/** Accounts that wait for another address now. */
export const waitingAccounts = ({ now: { accounts, nowSeconds } }: Storm) =>
  [...accounts.values()].flatMap((account) => {
    const pending = pendingEmailOf(account, nowSeconds);
    return pending ? [{ email: account.email, pending }] : [];
  });

export const emailOf = ({ now }: Storm, { accountId }: Person): string => now.accounts.get(accountId)?.email ?? '';

/** Answers a sign-in's challenge with a code by SMS, or with a recovery code; on a new device with the one that came by mail. */
const passChallenge = async (storm: Storm, person: Person, { body }: Answer): Promise<Answer | null> => {
  const { world, now } = storm;
  const token: string = body.challenge_token;
  if (body.factors[0] === 'email_code') {
    await world.deliver();
    const [mailed] = await mailedCodes(world, emailOf(storm, person));
    return mailed === undefined ? null : giveCode(world, mailed, { token });
  }
  const number = now.accounts.get(person.accountId)?.phone?.e164 ?? '';
  const asked = await askForCode(world, { token });
  if (asked.status === 200) {
    await world.deliver();
    const [code] = await codesTo(world, number);
    const answer = code === undefined ? null : await giveCode(world, code, { token });
    if (answer?.status === 200) return answer;
  }
  const code = person.recoveryCodes.pop();
  return code === undefined ? null : giveCode(world, code, { token });
};

/** Signs in with what the owner knows, and learns which password it is. @returns `null` where that was not to be had now */
export const enter = async (storm: Storm, person: Person): Promise<SessionTokensAnswer | null> => {
  const { world } = storm;
  if (isGone(storm, person)) return null;
  let refused = 0;
  for (const password of person.passwords.toReversed()) {
    const first = await signIn(world, emailOf(storm, person), password);
    refused += Number(first.status === 401);
    if (first.status !== 200) continue;
    if (!storm.isPaired) {
      person.passwords = [password];
      person.isPasswordDoubtful = false;
    }
    const answer = first.body.access_token ? first : await passChallenge(storm, person, first);
    if (answer?.status !== 200) return null;
    person.session = { tokens: answer.body, signedInAtSeconds: world.clock.nowSeconds() };
    return answer.body as SessionTokensAnswer;
  }
  if (storm.isPaired || refused === 0 || refused < person.passwords.length) return null;
  if (!person.isPasswordDoubtful) storm.faults.push(`${person.accountId} is locked out`);
  person.passwords = [];
  return null;
};

/** A session that may change identity. @returns `null` where none was to be had now */
export const freshSession = async (storm: Storm, person: Person): Promise<SessionTokensAnswer | null> => {
  const { session } = person;
  const isYoung = session && storm.world.clock.nowSeconds() - session.signedInAtSeconds < YOUNG_SECONDS;
  return isYoung ? session.tokens : enter(storm, person);
};

/** Goes on with the session that an answer carried over, or with none where it was refused. */
export const carryOn = (person: Person, answer: Answer): void => {
  if (answer.status === 401) person.session = null;
  const tokens = answer.status === 200 ? (answer.body.session as SessionTokensAnswer | undefined) : undefined;
  if (tokens && person.session) person.session = { ...person.session, tokens };
};
