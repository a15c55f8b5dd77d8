import { send } from './http-load.ts';
import { post, type Tokens } from './scenario.ts';
import { type makeSeed, SEED_PASSWORD } from './seed.ts';

/** Makes sessions as people get them, of accounts that are new. */
export const makeSignIns = (seed: ReturnType<typeof makeSeed>, port: number) => {
  const begin = async (email: string) =>
    JSON.parse(await send(port, post('/sessions', { email, password: SEED_PASSWORD }), 200));

  /** An account with an app, whose sign-in waits for its code. */
  const challenge = async (email: string): Promise<{ token: string; code: () => string }> => {
    const { code } = await seed.withApp(email);
    const { challenge_token: token } = (await begin(email)) as { challenge_token: string };
    return { token, code };
  };

  return {
    challenge,
    /** With the password alone. */
    signIn: async (email: string): Promise<Tokens> => {
      await seed.account(email);
      return begin(email);
    },
    /** With the password and a code of the account's app. */
    signInWithApp: async (email: string): Promise<Tokens> => {
      const { token, code } = await challenge(email);
      return JSON.parse(await send(port, post('/verification/verify', { code: code() }, token), 200));
    },
  };
};

export type SignIns = ReturnType<typeof makeSignIns>;
