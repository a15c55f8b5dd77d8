import { setTimeout as pause } from 'node:timers/promises';
import { generateSync } from 'otplib';
import { systemClock } from '../shared/lambda/system-clock.ts';
import { gather } from './http-load.ts';
import type { MessageSink } from './message-sink.ts';
import { bearer, form, post, type Tokens } from './requests.ts';
import type { Serving } from './start-target.ts';

export const PASSWORD = 'correct horse battery';

/** The batch size of the stream's event source mapping. */
export const MAIL_BATCH = 10;

/** Accounts made concurrently: enough to keep both cores busy with hashing. */
const AT_ONCE = 6;

/** On a busy machine a delivery may fail; after its lease of some seconds it can be retried. */
const DELIVERY_TRIES = 4;
const DELIVERY_PAUSE_MS = 5000;
const DELIVERIES_AT_ONCE = 2;

/** RFC 6238 §4. */
const STEP_SECONDS = 30;
/** A code made this close to the end of its step may arrive after it. */
const MARGIN_SECONDS = 2;

/** A person who has signed up. */
export interface Person extends Tokens {
  email: string;
}

/** A person whose authenticator app has shown a code. */
export interface AppOwner {
  email: string;
  /** The app's present code. */
  code(): string;
}

/** Waits until the present code and the one before can be used before the step ends. */
const awayFromTheEndOfAStep = async (): Promise<void> => {
  const leftSeconds = STEP_SECONDS - (systemClock.nowSeconds() % STEP_SECONDS);
  if (leftSeconds <= MARGIN_SECONDS) await pause(leftSeconds * 1000);
};

/**
 * Makes the accounts, sessions and tokens that a load needs, as people get them: through routes and mails. Every tree
 * gets the same names in the same order.
 */
export const makePeople = ({
  call,
  deliver,
  collect,
  sink,
}: Serving & { collect(): Promise<{ messages: unknown[] }>; sink: Pick<MessageSink, 'takeToken'> }) => {
  let names = 0;
  const newEmails = (count: number): string[] => Array.from({ length: count }, () => `person-${++names}@example.com`);

  const each = <From, To>(items: readonly From[], one: (item: From) => Promise<To>): Promise<To[]> =>
    gather(items.length, AT_ONCE, (index) => one(items[index] as From));

  const parsed = async <T>(answer: Promise<string>): Promise<T> => JSON.parse(await answer) as T;

  /** Only the intents that these requests put into the outbox. */
  const messagesOf = async (requests: () => Promise<unknown>): Promise<unknown[]> => {
    await collect();
    await requests();
    return (await collect()).messages;
  };

  const deliverPatiently = async (messages: readonly unknown[]): Promise<void> => {
    for (let tries = 1; ; tries += 1) {
      try {
        await deliver(messages); // those already delivered are skipped
        return;
      } catch (error) {
        if (tries === DELIVERY_TRIES) throw error;
        await pause(DELIVERY_PAUSE_MS);
      }
    }
  };

  /** Requests tokens at a path and takes them from the mails. */
  const mailedTokens = async (path: string, emails: readonly string[]): Promise<string[]> => {
    const messages = await messagesOf(() => each(emails, (email) => call(form(path, { email }))));
    await gather(Math.ceil(messages.length / MAIL_BATCH), DELIVERIES_AT_ONCE, (index) =>
      deliverPatiently(messages.slice(index * MAIL_BATCH, (index + 1) * MAIL_BATCH)),
    );
    return emails.map((email) => sink.takeToken(email));
  };

  const accounts = async (count: number): Promise<Person[]> => {
    const emails = newEmails(count);
    const tokens = await mailedTokens('/accounts', emails);
    return gather(count, AT_ONCE, async (index) => {
      const body = { token: tokens[index], password: PASSWORD };
      return { email: emails[index] ?? '', ...(await parsed<Tokens>(call(post('/accounts/complete', body)))) };
    });
  };

  const emailsOf = async (count: number): Promise<string[]> => (await accounts(count)).map(({ email }) => email);

  const enroll = async ({ access_token: token }: Tokens): Promise<{ token: string; secret: string }> => {
    const request = { method: 'POST', path: '/two-factor/totp', headers: bearer(token) };
    return { token, ...(await parsed<{ secret: string }>(call(request))) };
  };

  const codeOf = (secret: string, stepsBack = 0): string =>
    generateSync({ secret, epoch: systemClock.nowSeconds() - stepsBack * STEP_SECONDS });

  const withApp = async (count: number): Promise<AppOwner[]> => {
    return each(await accounts(count), async ({ email, ...session }) => {
      const { token, secret } = await enroll(session);
      await awayFromTheEndOfAStep();
      // The previous step's code, so that the present one is unused when it is measured.
      await call(post('/two-factor/totp/confirm', { code: codeOf(secret, 1) }, token));
      return { email, code: () => codeOf(secret) };
    });
  };

  const challenges = async (count: number): Promise<{ token: string; code(): string }[]> =>
    each(await withApp(count), async ({ email, code }) => {
      const answer = call(post('/sessions', { email, password: PASSWORD }));
      return { token: (await parsed<{ challenge_token: string }>(answer)).challenge_token, code };
    });

  return {
    /** Addresses without an account. */
    newEmails,
    /** Numbers without an account, in E.164. */
    newPhones: (count: number): string[] => Array.from({ length: count }, () => `+43660${1_000_000 + ++names}`),
    /** Owners of accounts, each with a session. */
    accounts,
    /** Accounts with an authenticator app, without a session. */
    withApp,
    /** Sessions with an enrolled app that is not confirmed yet. */
    enrolled: async (count: number): Promise<{ token: string; code(): string }[]> =>
      each(await accounts(count), async (session) => {
        const { token, secret } = await enroll(session);
        return { token, code: () => codeOf(secret) };
      }),
    /** Sign-ins that wait for an app's code. */
    challenges,
    /** Sessions that began with an app's code. */
    sessionsWithApp: async (count: number): Promise<Tokens[]> =>
      each(await challenges(count), ({ token, code }) =>
        parsed<Tokens>(call(post('/verification/verify', { code: code() }, token))),
      ),
    signUpTokens: async (count: number): Promise<string[]> => mailedTokens('/accounts', newEmails(count)),
    recoveryTokens: async (count: number): Promise<string[]> =>
      mailedTokens('/account/recovery', await emailsOf(count)),
    /** Undelivered recovery mails. */
    recoveryMails: async (count: number): Promise<unknown[]> => {
      const emails = await emailsOf(count);
      return messagesOf(() => each(emails, (email) => call(form('/account/recovery', { email }))));
    },
  };
};

export type People = ReturnType<typeof makePeople>;
