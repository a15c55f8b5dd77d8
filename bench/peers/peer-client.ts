import { generateSync } from 'otplib';
import { PASSWORD } from '../../test/catalogue/people.ts';
import { exchange, type HttpAnswer } from '../http-load.ts';
import type { TargetProcess } from '../start-target.ts';

/** What the peer's server trusts requests with a cookie from (bench/peers/better-auth.mjs). */
const ORIGIN = 'http://127.0.0.1';

/** A person with an account there, signed in. */
export interface PeerPerson {
  email: string;
  cookie: string;
}

/** The peer's routes as the comparison calls them. Each throws an Error on another status than 200. */
export interface PeerClient {
  signUp(): Promise<PeerPerson>;
  /** @returns the secret of the app, Base32 */
  addApp(person: PeerPerson): Promise<string>;
  requestRecovery(email: string): Promise<unknown>;
  /** The tokens of the mails that were asked for since the last call, by address. */
  takeTokens(): Promise<Map<string, string>>;
  resetPassword(token: string): Promise<unknown>;
  readSession(person: PeerPerson): Promise<unknown>;
  rename(person: PeerPerson, name: string): Promise<unknown>;
  signIn(email: string): Promise<unknown>;
  signInWithApp(email: string, secret: string): Promise<unknown>;
}

const cookiesOf = ({ headers }: HttpAnswer): string =>
  (headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0] ?? '').join('; ');

const codeNow = (secret: string): string => generateSync({ secret });

/** Makes it. */
export const makePeerClient = ({ port, ask }: { port: number } & Pick<TargetProcess, 'ask'>): PeerClient => {
  let people = 0;

  const call = async (method: 'GET' | 'POST', path: string, body?: object, cookie = ''): Promise<HttpAnswer> => {
    const answer = await exchange(port, {
      method,
      path: `/api/auth${path}`,
      headers: {
        origin: ORIGIN,
        ...(cookie !== '' && { cookie }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (answer.status === 200) return answer;
    throw new Error(`the peer answered ${method} ${path} with ${answer.status}: ${answer.body}`);
  };

  const signIn = (email: string) => call('POST', '/sign-in/email', { email, password: PASSWORD });

  return {
    signUp: async () => {
      people += 1;
      const email = `person-${people}@example.com`;
      const answer = await call('POST', '/sign-up/email', { email, password: PASSWORD, name: 'Reader' });
      return { email, cookie: cookiesOf(answer) };
    },
    addApp: async ({ cookie }) => {
      const { totpURI } = JSON.parse((await call('POST', '/two-factor/enable', { password: PASSWORD }, cookie)).body);
      const secret = new URL(totpURI).searchParams.get('secret') ?? '';
      await call('POST', '/two-factor/verify-totp', { code: codeNow(secret) }, cookie);
      return secret;
    },
    requestRecovery: (email) => call('POST', '/request-password-reset', { email }),
    takeTokens: async () => {
      const { messages } = await ask({ ask: 'collect' });
      return new Map((messages as { email: string; token: string }[]).map(({ email, token }) => [email, token]));
    },
    resetPassword: (token) => call('POST', '/reset-password', { token, newPassword: 'a much better horse' }),
    readSession: async ({ cookie }) => {
      const { body } = await call('GET', '/get-session', undefined, cookie);
      if (body === 'null') throw new Error('the peer knows no such session'); // it answers 200 then, too
    },
    rename: ({ cookie }, name) => call('POST', '/update-user', { name }, cookie),
    signIn: async (email) => {
      const { token } = JSON.parse((await signIn(email)).body);
      if (typeof token !== 'string') throw new Error('the peer signed nobody in');
    },
    signInWithApp: async (email, secret) => {
      const halfway = await signIn(email);
      return call('POST', '/two-factor/verify-totp', { code: codeNow(secret) }, cookiesOf(halfway));
    },
  };
};
