import { recoveryRow } from '../../shared/account/recovery-rows.ts';
import { UNDO_SECONDS } from '../../shared/contract/lifetimes.ts';
import { sha256 } from '../../shared/primitives/digest.ts';
import { checkResetToken, recoveryToken, resetPassword, signIn, signUp } from '../support/journeys.ts';
import { formBody, loadEvent } from '../support/load-event.ts';
import { prove } from '../support/shared-number.ts';
import { erase, linksTo } from './storm-actions.ts';
import {
  emailOf,
  enter,
  isGone,
  learnPassword,
  lookAround,
  nextPassword,
  type Person,
  type Storm,
} from './storm-model.ts';
import { claimFaults, erasedFaults, holdersOf, secretFaults } from './table-walk.ts';

/** Past the freeze of an undo, and all that slows guesses and messages down. */
const TWO_DAYS_SECONDS = 2 * 24 * 60 * 60;

/** Recovery tokens that an epoch has closed and open a page all the same, or the other way round. */
const recoveryFaults = async (storm: Storm): Promise<string[]> => {
  const { world, now } = storm;
  const rows = new Map((await world.rows('tokens')).map((row) => [row.pk, row]));
  const mailed = await Promise.all(storm.addresses.map((address) => linksTo(storm, address, 'reset')));
  const faults: string[] = [];
  for (const token of new Set(mailed.flat())) {
    const row = rows.get(recoveryRow.key(sha256(token)).pk);
    const { accountId, epoch, expiresAtEpochSeconds: end } = row ? recoveryRow.parse(row) : {};
    const isGood =
      epoch !== undefined &&
      epoch === now.accounts.get(accountId ?? '')?.epoch &&
      !isGone(storm, { accountId: accountId ?? '' }) &&
      (end ?? 0) > now.nowSeconds;
    const { status } = await checkResetToken(world, token);
    if (status !== (isGood ? 200 : 400)) faults.push(`a token of epoch ${epoch} of ${accountId} is answered ${status}`);
  }
  return faults;
};

const askForRecovery = async (storm: Storm, person: Person): Promise<void> => {
  const { world } = storm;
  const email = emailOf(storm, person);
  await world.call('request-recovery', loadEvent('request-recovery/form', formBody({ email })));
  await world.deliver();
};

/** Whether an owner who has lost the password gets in by mail, past the second factor. */
const wayIn = async (storm: Storm, person: Person): Promise<string[]> => {
  const { world } = storm;
  const email = emailOf(storm, person);
  const password = nextPassword(storm);
  const answer = await resetPassword(world, await recoveryToken(world, email), password);
  if (answer.status !== 200) return [`the reset of ${email} is answered ${answer.text}`];
  learnPassword(storm, person, answer, password);
  return (await enter(storm, person)) ? [] : [`${email} does not get in`];
};

/** How many ended passwords of each are tried: more refused sign-ins would slow the owner's own down. */
const TRIED = 2;

/** Passwords that were replaced or undone, and open the account all the same. */
const endedFaults = async (storm: Storm, person: Person): Promise<string[]> => {
  const faults: string[] = [];
  for (const password of person.endedPasswords.slice(-TRIED)) {
    const { status } = await signIn(storm.world, emailOf(storm, person), password);
    if (status !== 401) faults.push(`a password of before of ${person.accountId} is answered ${status}`);
  }
  return faults;
};

/** Whether what is free can be had: an address by a sign-up, a number by a proof. */
const freeFaults = async (storm: Storm, maximum: number): Promise<string[]> => {
  const { world, addresses, numbers, now } = storm;
  const owned = new Set([...now.accounts.values()].map(({ email }) => email));
  const faults: string[] = [];
  const newcomers = [];
  for (const address of addresses.filter((one) => !owned.has(one))) newcomers.push(await signUp(world, address));
  for (const [index, number] of numbers.entries()) {
    const newcomer = newcomers[index];
    if (!newcomer) continue;
    const isFull = holdersOf(now.phones.get(number) ?? {}).length >= maximum;
    const { status, text } = await prove(world, newcomer, number);
    if (status !== (isFull ? 409 : 200)) faults.push(`the proof of ${number} is answered ${text}`);
  }
  return faults;
};

/** What is not as it has to be once the database works and time has passed. */
export const settle = async (storm: Storm, maximum: number): Promise<string[]> => {
  const { world, faults, past } = storm;
  const walk = async () => {
    await lookAround(storm);
    faults.push(...claimFaults(storm.now, { past, maximum }), ...(await secretFaults(world, storm.now)));
    faults.push(...(await erasedFaults(world, storm.now)));
  };
  /** Lets time pass, and erases what is due by then. */
  const pass = async (seconds: number): Promise<void> => {
    world.clock.advance(seconds);
    await erase(storm);
    await lookAround(storm);
  };
  const [first] = storm.people;
  if (first) await askForRecovery(storm, first);
  await walk();
  faults.push(...(await recoveryFaults(storm)));

  await pass(TWO_DAYS_SECONDS);
  for (const person of storm.people) {
    await enter(storm, person); // who is locked out is noted
    faults.push(...(await endedFaults(storm, person)));
  }
  await pass(TWO_DAYS_SECONDS);
  for (const person of storm.people) faults.push(...(await wayIn(storm, person)));
  await walk();

  await pass(UNDO_SECONDS + 1);
  await walk();
  faults.push(...(await freeFaults(storm, maximum)));
  await walk();
  return faults;
};
