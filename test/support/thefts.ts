import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { newestToken, recoveryToken, resetPassword, signIn, signInByMail, signUpSomebody } from './journeys.ts';
import { addAuthenticator, callAs, totpCode } from './second-factor.ts';
import { openTwoFactorOwner, signInWithCode } from './two-factor-journeys.ts';
import { undo, undoToken, undoTokens } from './undo.ts';
import { accountWithSms, addSms, newNumber, signInBySms } from './verification.ts';
import type { Answer, World } from './world.ts';

/** Past the codes of an app that could have been used before a change, and the wait between two SMS. */
const LATER_SECONDS = 60;

/** Chosen by a thief. */
const THIEFS_PASSWORD = 'a much better horse';
/** Chosen by an owner once the thief is out. */
const OWNERS_PASSWORD = 'an even better horse';

/** Who gets in at the end. */
interface Ending {
  owner: boolean;
  thief: boolean;
}

/** One theft: what the thief has, what each does and in which order. The letters are those of docs/adr/0053. */
export interface Theft {
  theft: string;
  play(world: World): Promise<Ending>;
  ends?: Ending;
}

const isIn = ({ status, body }: Answer): boolean => status === 200 && body.access_token !== undefined;

const removeFactor = (world: World, { access_token: token }: SessionTokensAnswer, factor: string): Promise<Answer> =>
  callAs(world, 'remove-factor', 'remove-factor/delete', token, { path: { factor } });

/** Sets a password with the mail that an undo has sent. */
const resetAfterUndo = async (world: World, email: string): Promise<Answer> => {
  await world.deliver();
  return resetPassword(world, await newestToken(world, email), OWNERS_PASSWORD);
};

/** Whether a session still reads the profile. */
const lives = async (world: World, { access_token: token, account_id: id }: SessionTokensAnswer): Promise<boolean> =>
  (await callAs(world, 'get-profile', 'get-profile/get', token, { path: { user_id: id } })).status === 200;

const ofSession: Theft[] = [
  {
    theft: 'S1: a session is stolen, and the thief adds an app, which locks the owner out',
    play: async (world) => {
      const owner = await signUpSomebody(world);
      const { secret } = await addAuthenticator(world, owner);
      const undone = await undo(world, await undoToken(world, owner.email));
      world.clock.advance(LATER_SECONDS);
      return {
        owner: undone.status === 200 && isIn(await signInByMail(world, owner.email)),
        thief: (await lives(world, owner)) || isIn(await signInWithCode(world, owner.email, totpCode(world, secret))),
      };
    },
  },
  {
    theft: 'S2: the same with three changes, of which the owner undoes the first: it undoes all after it',
    play: async (world) => {
      const owner = await signUpSomebody(world);
      const { secret } = await addAuthenticator(world, owner);
      const first = await undoToken(world, owner.email);
      world.clock.advance(LATER_SECONDS);
      const { body: thief } = await signInWithCode(world, owner.email, totpCode(world, secret));
      await addSms(world, thief);
      world.clock.advance(1);
      await callAs(world, 'renew-recovery-codes', 'renew-recovery-codes/json', thief.access_token, { body: {} });
      const [third = '', second = ''] = await undoTokens(world, owner.email);
      const undone = await undo(world, first);
      const later = [await undo(world, second), await undo(world, third)];
      return {
        owner: undone.status === 200 && isIn(await signInByMail(world, owner.email)),
        thief: later.some(({ status, body }) => status === 200 || body.code !== 'invalid-token'),
      };
    },
  },
  {
    theft: 'S3: the same, and the owner opens the newest mail first: the older veto is as good as before',
    play: async (world) => {
      const owner = await signUpSomebody(world);
      const { secret, recoveryCodes } = await addAuthenticator(world, owner);
      const first = await undoToken(world, owner.email);
      world.clock.advance(LATER_SECONDS);
      const { body: thief } = await signInWithCode(world, owner.email, totpCode(world, secret));
      await addSms(world, thief);
      const second = await undoToken(world, owner.email);
      const withThiefsCode = await undo(world, second, recoveryCodes[0]); // the thief's, to play for time
      const undone = await undo(world, first);
      world.clock.advance(LATER_SECONDS);
      return {
        owner: undone.status === 200 && isIn(await signInByMail(world, owner.email)),
        thief: withThiefsCode.status !== 200 || isIn(await signInWithCode(world, owner.email, recoveryCodes[1] ?? '')),
      };
    },
  },
];

const ofPassword: Theft[] = [
  {
    theft: 'P1: the password is known, and the thief adds an app; the owner undoes it and sets another',
    play: async (world) => {
      const owner = await signUpSomebody(world);
      const { body: thief } = await signIn(world, owner.email);
      await addAuthenticator(world, thief);
      await undo(world, await undoToken(world, owner.email));
      await resetAfterUndo(world, owner.email);
      return {
        owner: isIn(await signIn(world, owner.email, OWNERS_PASSWORD)),
        thief: (await lives(world, thief)) || isIn(await signInByMail(world, owner.email)),
      };
    },
  },
  {
    theft: 'P2: the same, and the thief signs in again before the owner has set another: nothing can be changed',
    play: async (world) => {
      const owner = await signUpSomebody(world);
      const { body: thief } = await signIn(world, owner.email);
      await addAuthenticator(world, thief);
      await undo(world, await undoToken(world, owner.email));
      const { body: again } = await signInByMail(world, owner.email);
      const begun = await callAs(world, 'enroll-totp', 'enroll-totp/no-body', again.access_token);
      const changed = await callAs(world, 'confirm-totp', 'confirm-totp/json', again.access_token, {
        body: { code: totpCode(world, begun.body.secret) },
      });
      await resetAfterUndo(world, owner.email);
      return {
        owner: isIn(await signIn(world, owner.email, OWNERS_PASSWORD)),
        thief: changed.status === 200 || (await lives(world, again)),
      };
    },
  },
];

const ofMailbox: Theft[] = [
  {
    theft:
      'M1: the mailbox is stolen and a second factor is on: neither a reset nor the link of its notice lets the thief in',
    play: async (world) => {
      const owner = await openTwoFactorOwner(world);
      await resetPassword(world, await recoveryToken(world, owner.email), THIEFS_PASSWORD);
      const link = await undoToken(world, owner.email);
      const undone = await undo(world, link);
      world.clock.advance(LATER_SECONDS);
      const byOwner = await undo(world, link, totpCode(world, owner.secret));
      return {
        owner: byOwner.status === 200,
        thief: undone.status === 200 || isIn(await signIn(world, owner.email, THIEFS_PASSWORD)),
      };
    },
  },
  {
    theft: 'M2: the same, after the owner has removed a factor: the thief can not have the link put it back',
    play: async (world) => {
      const owner = await openTwoFactorOwner(world);
      await addSms(world, owner.session);
      world.clock.advance(3600);
      const { body: session } = await signInWithCode(world, owner.email, owner.recoveryCodes[0] ?? '');
      await removeFactor(world, session, 'sms');
      const undone = await undo(world, await undoToken(world, owner.email));
      return {
        owner: isIn(await signInWithCode(world, owner.email, totpCode(world, owner.secret))),
        thief: undone.status === 200,
      };
    },
  },
  {
    theft: 'M3: the mailbox is stolen and no second factor is on: the link gives no more than a recovery mail does',
    ends: { owner: false, thief: false },
    play: async (world) => {
      const owner = await signUpSomebody(world);
      await resetPassword(world, await recoveryToken(world, owner.email), THIEFS_PASSWORD);
      const undone = await undo(world, await undoToken(world, owner.email));
      return { owner: isIn(await signInByMail(world, owner.email)), thief: undone.body.access_token !== undefined };
    },
  },
];

const ofPhone: Theft[] = [
  {
    theft: 'T1: the phone is stolen and its owner removes the number first: the link of its SMS is not enough',
    play: async (world) => {
      const owner = await accountWithSms(world);
      const { body: session } = await signInWithCode(world, owner.email, owner.recoveryCodes[0] ?? '');
      await removeFactor(world, session, 'sms');
      const link = await undoToken(world, owner.phoneNumber);
      const attempts = [await undo(world, link), await undo(world, link, link)];
      return {
        owner: isIn(await signInByMail(world, owner.email)),
        thief: attempts.some(({ status }) => status === 200),
      };
    },
  },
  {
    theft: 'T2: the phone is stolen, the password known, and the thief replaces the number first',
    play: async (world) => {
      const owner = await accountWithSms(world);
      const thief = await signInBySms(world, owner.email, owner.phoneNumber);
      world.clock.advance(LATER_SECONDS);
      const { answer } = await addSms(world, thief, newNumber());
      const undone = await undo(world, await undoToken(world, owner.email), owner.recoveryCodes[0]);
      await resetAfterUndo(world, owner.email);
      const entered = await signInWithCodeAs(world, owner.email, OWNERS_PASSWORD, owner.recoveryCodes[1] ?? '');
      return {
        owner: undone.status === 200 && isIn(entered),
        thief: (await lives(world, answer.body.session)) || (await signIn(world, owner.email)).status === 200,
      };
    },
  },
];

/** Signs in with another password, and a code. */
const signInWithCodeAs = async (world: World, email: string, password: string, code: string): Promise<Answer> => {
  const { body } = await signIn(world, email, password);
  return callAs(world, 'verify-code', 'verify-code/with-bearer', body.challenge_token, { body: { code } });
};

export const THEFTS: readonly Theft[] = [...ofSession, ...ofPassword, ...ofMailbox, ...ofPhone];
