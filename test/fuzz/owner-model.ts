import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import {
  changePassword,
  getProfile,
  newAddress,
  recoveryToken,
  recoveryTokens,
  refresh,
  resetPassword,
  revokeRecovery,
  signIn,
  signInByMail,
  signUp,
} from '../support/journeys.ts';
import { beginAuthenticator, callAs, totpCode } from '../support/second-factor.ts';
import { answerChallenge, STEP_SECONDS } from '../support/two-factor-journeys.ts';
import type { Answer, World } from '../support/world.ts';

/** Access tokens live for five minutes, and a factor is changed by who signed in within as long; some are left for the step itself. */
const YOUNG_SECONDS = 240;

/** A session as its app knows it, and whether it is to be alive. */
interface ModelSession {
  tokens: SessionTokensAnswer;
  issuedAtSeconds: number;
  signedInAtSeconds: number;
  isAlive: boolean;
  /** Whether the session went on with other tokens; its refresh token is then good for the identical retry alone (docs/adr/0026). */
  isCarriedOver: boolean;
}

/** An owner, and what must be true of the account after all that was done. */
export interface Owner {
  email: string;
  /** Every password that there was; the last is the one. */
  passwords: string[];
  /** Base32; `null` where no app is on. */
  appSecret: string | null;
  sessions: ModelSession[];
  /** Recovery tokens by whether they are still good. */
  tokens: Map<string, boolean>;
}

/**
 * Does one thing, and changes the model as the service has to change the account.
 *
 * @param which one of several it is done to, by its rest
 * @returns what was answered otherwise than it has to be; `null` where all is right
 */
type Action = (world: World, owner: Owner, which: number) => Promise<string | null>;

const passwordOf = ({ passwords }: Owner): string => passwords.at(-1) ?? '';

const pick = <One>(list: readonly One[], which: number): One | undefined => list[which % list.length];

const wrong = ({ status, text }: Answer, wanted: number): string | null =>
  status === wanted ? null : `${status} and not ${wanted}: ${text}`;

const endAll = (owner: Owner, but?: ModelSession): void => {
  for (const session of owner.sessions) session.isAlive &&= session === but;
};

const endTokens = (owner: Owner): void => {
  for (const token of owner.tokens.keys()) owner.tokens.set(token, false);
};

const tokensThat = (owner: Owner, areGood: boolean): string[] =>
  [...owner.tokens].filter(([, isGood]) => isGood === areGood).map(([token]) => token);

const isYoung = (world: World, sinceSeconds: number): boolean =>
  world.clock.nowSeconds() - sinceSeconds < YOUNG_SECONDS;

const begin = (world: World, owner: Owner, tokens: SessionTokensAnswer): void => {
  const now = world.clock.nowSeconds();
  owner.sessions.push({ tokens, issuedAtSeconds: now, signedInAtSeconds: now, isAlive: true, isCarriedOver: false });
};

/** The session goes on with other tokens; with those before, it has ended. */
const carryOver = (world: World, owner: Owner, session: ModelSession, tokens: SessionTokensAnswer): void => {
  endAll(owner);
  endTokens(owner); // they are of the epoch before
  session.isCarriedOver = true;
  owner.sessions.push({
    ...session,
    isCarriedOver: false,
    tokens,
    issuedAtSeconds: world.clock.nowSeconds(),
    isAlive: true,
  });
};

/** A session that may change factors; where an app is on, one that began with it. */
const freshSession = (world: World, owner: Owner): ModelSession | undefined =>
  owner.sessions.findLast(
    ({ isAlive, issuedAtSeconds, signedInAtSeconds }) =>
      isAlive && isYoung(world, signedInAtSeconds) && isYoung(world, issuedAtSeconds),
  );

const completeSignIn = async (world: World, owner: Owner): Promise<string | null> => {
  const enter = owner.appSecret === null ? signInByMail : signIn;
  const first = await enter(world, owner.email, passwordOf(owner));
  if (first.status !== 200) return wrong(first, 200);
  if (owner.appSecret === null) {
    if (!first.body.access_token) return `no session, but ${Object.keys(first.body).join(', ')}`;
    begin(world, owner, first.body);
    return null;
  }
  if (first.body.access_token) return 'a session without the second factor';
  world.clock.advance(STEP_SECONDS); // the code of this step may have been used
  const second = await answerChallenge(world, first.body.challenge_token, totpCode(world, owner.appSecret));
  if (second.status === 200) begin(world, owner, second.body);
  return wrong(second, 200);
};

const switchAppOn = async (world: World, owner: Owner, which: number): Promise<string | null> => {
  if (owner.appSecret !== null) return null;
  const session = freshSession(world, owner);
  if (!session) return completeSignIn(world, owner);
  const { access_token: token } = session.tokens;
  const begun = await beginAuthenticator(world, session.tokens);
  if (begun.status !== 200) return wrong(begun, 200);
  const { secret } = begun.body;
  const endsOthers = which % 2 === 0;
  const confirmed = await callAs(world, 'confirm-totp', 'confirm-totp/json', token, {
    body: { code: totpCode(world, secret), end_other_sessions: endsOthers },
  });
  if (confirmed.status !== 200) return wrong(confirmed, 200);
  owner.appSecret = secret;
  if (endsOthers) carryOver(world, owner, session, confirmed.body.session);
  return null;
};

const switchAppOff = async (world: World, owner: Owner): Promise<string | null> => {
  if (owner.appSecret === null) return null;
  const fault = await completeSignIn(world, owner);
  const session = freshSession(world, owner);
  if (fault !== null || !session) return fault ?? 'no session to switch it off with';
  const removed = await callAs(world, 'remove-factor', 'remove-factor/delete', session.tokens.access_token, {
    path: { factor: 'totp' },
  });
  if (removed.status !== 200) return wrong(removed, 200);
  owner.appSecret = null;
  carryOver(world, owner, session, removed.body.session);
  return null;
};

const reset = async (world: World, owner: Owner): Promise<string | null> => {
  const [token] = tokensThat(owner, true);
  if (token === undefined) return null;
  const password = `the owner's password number ${owner.passwords.length + 1}`;
  const answer = await resetPassword(world, token, password);
  if (answer.status !== 200) return wrong(answer, 200);
  owner.passwords.push(password);
  endAll(owner);
  endTokens(owner);
  return null;
};

const changeOwnPassword = async (world: World, owner: Owner): Promise<string | null> => {
  const fault = await completeSignIn(world, owner); // where an app is on, the session must have proven it
  const session = freshSession(world, owner);
  if (fault !== null || !session) return fault ?? 'no session to change it with';
  const next = `the owner's password number ${owner.passwords.length + 1}`;
  const stale = owner.passwords.at(-2);
  if (stale !== undefined) {
    const refused = await changePassword(world, session.tokens, { current: stale, next });
    if (refused.status !== 401) return wrong(refused, 401);
  }
  const answer = await changePassword(world, session.tokens, { current: passwordOf(owner), next });
  if (answer.status !== 200) return wrong(answer, 200);
  owner.passwords.push(next);
  carryOver(world, owner, session, answer.body.session);
  return null;
};

const idsThat = (owner: Owner, areAlive: boolean): string[] => {
  const alive = new Set(owner.sessions.filter(({ isAlive }) => isAlive).map(({ tokens }) => tokens.session_id));
  const all = new Set(owner.sessions.map(({ tokens }) => tokens.session_id));
  return [...all].filter((id) => alive.has(id) === areAlive);
};

/** Ends one of the other sessions, and tries to end one that has ended. */
const revokeAnother = async (world: World, owner: Owner, which: number): Promise<string | null> => {
  const fault = await completeSignIn(world, owner); // where an app is on, the session must have proven it
  const own = freshSession(world, owner);
  if (fault !== null || !own) return fault ?? 'no session to end another with';
  const revoke = (sessionId: string) =>
    callAs(world, 'revoke-session', 'revoke-session/delete', own.tokens.access_token, {
      path: { session_id: sessionId },
    });
  const ended = pick(idsThat(owner, false), which);
  const refused = ended === undefined ? null : wrong(await revoke(ended), 404);
  if (refused !== null) return refused;
  const other = pick(
    idsThat(owner, true).filter((id) => id !== own.tokens.session_id),
    which,
  );
  if (other === undefined) return null;
  for (const session of owner.sessions) session.isAlive &&= session.tokens.session_id !== other;
  return wrong(await revoke(other), 200);
};

const revokeOthers = async (world: World, owner: Owner): Promise<string | null> => {
  const fault = await completeSignIn(world, owner);
  const own = freshSession(world, owner);
  if (fault !== null || !own) return fault ?? 'no session to go on with';
  const answer = await callAs(world, 'revoke-session', 'revoke-session/delete-others', own.tokens.access_token);
  if (answer.status !== 200) return wrong(answer, 200);
  carryOver(world, owner, own, answer.body.session);
  return null;
};

/** Two who hold the same token at the same time: the password is of one of them. */
const resetTwiceAtOnce = async (world: World, owner: Owner): Promise<string | null> => {
  const [token] = tokensThat(owner, true);
  if (token === undefined) return null;
  const passwords = ['one', 'other'].map((side) => `the ${side} password number ${owner.passwords.length + 1}`);
  const answers = await Promise.all(passwords.map((password) => resetPassword(world, token, password)));
  const won = answers.findIndex(({ status }) => status === 200);
  const lost = answers[1 - won];
  if (won < 0 || lost?.status !== 400) return `answered ${answers.map(({ status }) => status).join(' and ')}`;
  owner.passwords.push(passwords[1 - won] ?? '', passwords[won] ?? '');
  endAll(owner);
  endTokens(owner);
  return null;
};

/** What an owner, or a thief of old tokens and passwords, may do. */
export const ACTIONS = {
  askForRecovery: async (world, owner) => {
    await recoveryToken(world, owner.email);
    const [newest] = await recoveryTokens(world, owner.email);
    if (newest === undefined) return 'no mail';
    if (owner.tokens.get(newest) === false) return 'a token that was used or voided came again';
    owner.tokens.set(newest, true);
    return null;
  },
  reset,
  changeOwnPassword,
  resetTwiceAtOnce,
  resetWithUsedToken: async (world, owner, which) => {
    const token = pick(tokensThat(owner, false), which);
    return token === undefined ? null : wrong(await resetPassword(world, token, 'what a thief would like'), 400);
  },
  sayItWasNotMe: async (world, owner) => {
    const [token] = tokensThat(owner, true);
    if (token === undefined) return null;
    const answer = await revokeRecovery(world, token);
    endTokens(owner);
    return wrong(answer, 200);
  },
  signIn: completeSignIn,
  signInWithOldPassword: async (world, owner, which) => {
    const old = pick(owner.passwords.slice(0, -1), which);
    return old === undefined ? null : wrong(await signIn(world, owner.email, old), 401);
  },
  switchAppOn,
  switchAppOff,
  refresh: async (world, owner, which) => {
    const session = pick(
      owner.sessions.filter(({ isAlive }) => isAlive),
      which,
    );
    if (!session) return null;
    const answer = await refresh(world, session.tokens.refresh_token);
    if (answer.status !== 200) return wrong(answer, 200);
    Object.assign(session, { tokens: answer.body, issuedAtSeconds: world.clock.nowSeconds() });
    return null;
  },
  refreshEnded: async (world, owner, which) => {
    const session = pick(
      owner.sessions.filter(({ isAlive, isCarriedOver }) => !isAlive && !isCarriedOver),
      which,
    );
    return session ? wrong(await refresh(world, session.tokens.refresh_token), 400) : null;
  },
  signOut: async (world, owner, which) => {
    const session = pick(
      owner.sessions.filter(({ isAlive, issuedAtSeconds }) => isAlive && isYoung(world, issuedAtSeconds)),
      which,
    );
    if (!session) return null;
    const answer = await callAs(world, 'sign-out', 'sign-out/delete', session.tokens.access_token);
    session.isAlive = false;
    return wrong(answer, 204);
  },
  revokeAnother,
  revokeOthers,
} satisfies Record<string, Action>;

export type ActionName = keyof typeof ACTIONS;

/** An owner with a first session. */
export const newOwner = async (world: World): Promise<Owner> => {
  const email = newAddress();
  const password = "the owner's password number 1";
  const owner: Owner = { email, passwords: [password], appSecret: null, sessions: [], tokens: new Map() };
  begin(world, owner, await signUp(world, email, password));
  return owner;
};

/** What of the account is otherwise than the model: its sessions, passwords and tokens. */
export const judge = async (world: World, owner: Owner): Promise<string[]> => {
  const faults: (string | null)[] = [];
  for (const [index, { tokens, issuedAtSeconds, isAlive }] of owner.sessions.entries()) {
    if (!isYoung(world, issuedAtSeconds)) continue;
    const fault = wrong(await getProfile(world, tokens), isAlive ? 200 : 401);
    faults.push(fault && `session ${index}: ${fault}`);
  }
  const own = owner.sessions.findLast(({ isAlive, issuedAtSeconds }) => isAlive && isYoung(world, issuedAtSeconds));
  if (own) {
    const { body } = await callAs(world, 'list-sessions', 'list-sessions/get', own.tokens.access_token);
    const listed = body.sessions.map(({ session_id: id }: { session_id: string }) => id);
    const isRight = listed.toSorted().join() === idsThat(owner, true).toSorted().join();
    faults.push(isRight ? null : `the list has ${listed.length} sessions and not ${idsThat(owner, true).length}`);
  }
  for (const password of owner.passwords) {
    const fault = wrong(await signIn(world, owner.email, password), password === passwordOf(owner) ? 200 : 401);
    faults.push(fault && `${password}: ${fault}`);
  }
  for (const token of tokensThat(owner, false)) {
    const fault = wrong(await resetPassword(world, token, 'what a thief would like'), 400);
    faults.push(fault && `a token of before: ${fault}`);
  }
  return faults.filter((fault) => fault !== null);
};

/** What no log may hold of an owner. */
export const secretsOf = (owner: Owner): Record<string, string> =>
  Object.fromEntries(
    [
      ...owner.passwords,
      ...owner.tokens.keys(),
      ...owner.sessions.flatMap(({ tokens }) => [tokens.access_token, tokens.refresh_token]),
      ...(owner.appSecret === null ? [] : [owner.appSecret]),
    ].map((secret, index) => [`secret ${index} of ${owner.email}`, secret]),
  );
