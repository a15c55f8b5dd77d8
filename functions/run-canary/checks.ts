import * as z from 'zod/mini';
import { PROBLEMS } from '../../shared/contract/problems.ts';
import type { Keyring } from '../../shared/keyring/keyring.ts';
import { provideTokenAuthority } from '../../shared/keyring/token-authority.ts';
import type { TokenAuthority } from '../../shared/keyring/token-kinds.ts';
import { makeVerifyJwt } from '../../shared/keyring/verify-jwt.ts';
import type { Scope } from '../../shared/lambda/scope.ts';
import type { Clock, Randomness } from '../../shared/primitives/clock.ts';
import { oneTimeTokenOf, TOKEN_LENGTH } from '../../shared/primitives/one-time-token.ts';
import { UnexpectedAnswer } from './unexpected-answer.ts';
import { type MakeVisit, provideMakeVisit, type VisitAnswer } from './visit.ts';

type PublicKeys = ReturnType<Keyring['publicKeys']>;

const health = z.object({ status: z.literal('ok') });
const discovery = z.object({ issuer: z.string(), jwks_uri: z.string() });
const jwks = z.object({
  keys: z
    .array(
      z.object({
        kid: z.string(),
        kty: z.literal('RSA'),
        n: z.string(),
        e: z.string(),
        alg: z.literal('RS256'),
        use: z.literal('sig'),
      }),
    )
    .check(z.minLength(1)),
});
const accepted = z.object({ status: z.literal('accepted') });
const tokens = z.object({ access_token: z.string(), device_token: z.string() });

/** A session that the canary has begun. */
interface CanarySession {
  accessToken: string;
  deviceToken: string;
}

/** What a run makes sure of. Each throws what a visit throws, and UnexpectedAnswer. */
export interface Checks {
  health(): Promise<void>;
  discovery(): Promise<void>;
  /** @returns those that verifiers are told of */
  jwks(): Promise<PublicKeys>;
  /** A token that was never given out is refused as such. */
  resetToken(): Promise<void>;
  /**
   * A password begins a session, and its access token is good by the published keys.
   *
   * @param deviceToken of an earlier session; `null` for a device that is new
   * @returns `null` where a captcha is asked for
   */
  signIn(
    proof: { email: string; password: string; deviceToken: string | null },
    publicKeys: PublicKeys,
  ): Promise<CanarySession | null>;
  signOut(session: CanarySession): Promise<void>;
  /** A recovery mail is accepted, or a captcha asked for. */
  recovery(email: string): Promise<void>;
}

const expectAnswer = <Schema extends z.ZodMiniType>(answer: VisitAnswer, schema: Schema): z.infer<Schema> => {
  const result = schema.safeParse(answer.body);
  if (answer.status !== 200 || !result.success) throw new UnexpectedAnswer(answer);
  return result.data;
};

const makeChecks = ({
  makeVisit,
  authority,
  hasCaptchas,
  clock,
  randomness,
}: {
  makeVisit: MakeVisit;
  authority: TokenAuthority;
  hasCaptchas: boolean;
  clock: Clock;
  randomness: Randomness;
}): Checks => {
  /** No machine can answer it. Where the operator has switched captchas on, to be asked is as it must be. */
  const isCaptcha = ({ code }: VisitAnswer): boolean => hasCaptchas && code === 'captcha-required';

  return {
    health: async () => {
      expectAnswer(await makeVisit({ method: 'GET', path: '/health' }), health);
    },

    discovery: async () => {
      const answer = await makeVisit({ method: 'GET', path: '/.well-known/openid-configuration' });
      const { issuer, jwks_uri: jwksUri } = expectAnswer(answer, discovery);
      const isOurs = issuer === authority.issuer && jwksUri === `${issuer}/.well-known/jwks.json`;
      if (!isOurs) throw new UnexpectedAnswer(answer);
    },

    jwks: async () => expectAnswer(await makeVisit({ method: 'GET', path: '/.well-known/jwks.json' }), jwks).keys,

    resetToken: async () => {
      const token = oneTimeTokenOf(randomness.bytes(TOKEN_LENGTH));
      const answer = await makeVisit({ method: 'POST', path: '/reset', body: { reset_token: token } });
      const isRefused = answer.status === PROBLEMS['invalid-token'].status && answer.code === 'invalid-token';
      if (!isRefused) throw new UnexpectedAnswer(answer);
    },

    signIn: async ({ email, password, deviceToken }, publicKeys) => {
      const body = { email, password, ...(deviceToken !== null && { device_token: deviceToken }) };
      const answer = await makeVisit({ method: 'POST', path: '/sessions', body });
      if (isCaptcha(answer)) return null;
      const { access_token: accessToken, device_token: newDeviceToken } = expectAnswer(answer, tokens);
      const published = { publicKey: async (kid: string) => publicKeys.find((key) => key.kid === kid) ?? null };
      const verify = makeVerifyJwt({ kind: 'access-token', keyring: published, authority, clock });
      if ((await verify(accessToken)) === null) throw new UnexpectedAnswer(answer);
      return { accessToken, deviceToken: newDeviceToken };
    },

    signOut: async ({ accessToken }) => {
      const answer = await makeVisit({ method: 'DELETE', path: '/sessions/current', accessToken });
      if (answer.status !== 204) throw new UnexpectedAnswer(answer);
    },

    recovery: async (email) => {
      const answer = await makeVisit({ method: 'POST', path: '/account/recovery', body: { email } });
      if (!isCaptcha(answer)) expectAnswer(answer, accepted);
    },
  };
};

export const provideChecks = (scope: Scope<'audience' | 'captcha' | 'publicUrl'>): Checks =>
  makeChecks({
    ...scope,
    makeVisit: scope.use(provideMakeVisit),
    authority: scope.use(provideTokenAuthority),
    hasCaptchas: scope.settings.captcha.enabled,
  });
