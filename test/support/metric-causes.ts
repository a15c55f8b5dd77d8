import { readFileSync, writeFileSync } from 'node:fs';
import { RE_READ_AFTER_SECONDS } from '../../shared/keyring/keyring-times.ts';
import type { MetricName } from '../../shared/observability/metrics.ts';
import type { SettingsInput } from '../../shared/settings/settings.ts';
import { CANARY_EMAIL } from './canary-world.ts';
import { deleteAccount, GRACE } from './deletion.ts';
import { fromSource } from './fixtures.ts';
import { recoveryToken, resetPassword, signIn, signUp } from './journeys.ts';
import { type EventChanges, formBody, jsonBody, loadEvent } from './load-event.ts';
import { LOCK_CAUSES } from './lock-causes.ts';
import { mailEvent, sentReference } from './lost-mail.ts';
import { addAuthenticator, challengeOf } from './second-factor.ts';
import { undo, undoToken } from './undo.ts';
import { askForCode, giveCode, newNumber, unlistCountryOf, wrongTotp } from './verification.ts';
import { FUNCTION_VERSION, type World } from './world.ts';

const DAY_SECONDS = 86_400;
/** The database refuses every call, more often than any caller retries. */
const DOWN = { operation: null, after: 0, times: 99 } as const;

/** Prepares and returns the action that causes the metric. */
type Cause = (world: World, email: string) => Promise<() => Promise<unknown>>;

/** The metric that one action must leave. */
export interface MetricCause {
  metric: MetricName;
  when: string;
  cause: Cause;
  /** 1 by default. */
  value?: number;
  /** By name, for each set; left out for a metric of the whole service. */
  dimensions?: Record<string, string>[];
}

const askRecovery = (world: World, email: string, changes: EventChanges = {}) =>
  world.call('request-recovery', loadEvent('request-recovery/form', { ...formBody({ email }), ...changes }));

/** Sends a hosted page's form as a browser without JavaScript does. */
const sendPage = async (world: World) => {
  const answer = await world.call(
    'reset-password',
    loadEvent('reset-password/form', { 'headers.accept': 'text/html' }),
  );
  if (answer.status !== 303) throw new Error(`the form was answered ${answer.status}`);
};

const askSignUp = (world: World, email: string) =>
  world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email })));

const during = async (world: World, kind: 'server-error' | 'access-denied', act: () => Promise<unknown>) => {
  world.proxy.fail({ ...DOWN, kind });
  await act();
  world.proxy.heal();
};

/** Acts while what is stored is no keyring. */
const withoutKeyring = async (world: World, act: () => Promise<unknown>) => {
  const keyring = readFileSync(world.keyringFile, 'utf8');
  writeFileSync(world.keyringFile, keyring.slice(0, 100));
  await act();
  writeFileSync(world.keyringFile, keyring);
};

/** A challenge of an account with an app, and a wrong code for it. */
const challenged = async (world: World, email: string) => {
  const { secret } = await addAuthenticator(world, await signUp(world, email));
  world.clock.advance(30);
  return { token: await challengeOf(world, email), code: wrongTotp(world, secret) };
};

/** A mail to a new account. */
const sentReferenceOf = async (world: World, email: string): Promise<string> => {
  await signUp(world, email);
  return sentReference(world, email);
};

/** More than those of the causes beside the one that is about the limit. */
const RECOVERIES_OF_A_SOURCE = 5;

/** Settings for {@link METRIC_CAUSES}: few recoveries an hour, and three SMS a day, to Austria only. */
export const METRIC_SETTINGS: Partial<SettingsInput> = {
  limits: { requestRecovery: { perSource: { max: RECOVERIES_OF_A_SOURCE, windowSeconds: 3600 } } },
  // Nothing listens there.
  passwords: { breachApi: { enabled: true, url: 'http://127.0.0.1:1/' } },
  captcha: { enabled: true, siteKey: 'a-site-key', url: 'http://127.0.0.1:1/siteverify' },
  sms: {
    countries: ['AT'],
    dailyBudgetUsd: 0.35,
    reserved: { owners: 0, accounts: 0 },
    pricesUsd: { AT: 0.1 },
    breaker: { minimumVerifiedRatio: 0 },
  },
};

/** Runs the canary behind what a password of before may hold up, and lets one step fail. */
const failCanary = async (world: World) => {
  world.clock.advance(60);
  world.proxy.fail({ operation: 'DeleteItem', after: 0, times: 99, kind: 'access-denied' });
  await world.run('run-canary');
  world.proxy.heal();
};

/** A recovery mail to the canary, behind the spacing of the one before. */
const sentToCanary = async (world: World) => {
  world.clock.advance(1800);
  return { email: CANARY_EMAIL, reference: await sentReference(world, CANARY_EMAIL) };
};

/** Every event with a metric, caused by the real flow. */
export const METRIC_CAUSES: readonly MetricCause[] = [
  {
    metric: 'ServerErrors',
    when: 'a request fails for a reason of ours',
    cause: async (world, email) => () => during(world, 'access-denied', () => signIn(world, email)),
    dimensions: [{}, { flow: 'sign-in' }],
  },
  {
    metric: 'ServerErrors',
    when: "a page's form fails, though its browser is redirected",
    cause: async (world) => () => during(world, 'access-denied', () => sendPage(world)),
    dimensions: [{}, { flow: 'reset-password' }],
  },
  {
    metric: 'VersionErrors',
    when: 'a request fails for a reason of ours, by the version that failed',
    cause: async (world, email) => () => during(world, 'access-denied', () => signIn(world, email)),
    dimensions: [{ flow: 'sign-in', version: FUNCTION_VERSION }],
  },
  {
    metric: 'StoreUnavailable',
    when: 'a request finds the database out of reach',
    cause: async (world, email) => () => during(world, 'server-error', () => signIn(world, email)),
  },
  {
    metric: 'StoreUnavailable',
    when: 'a record finds the database out of reach',
    cause: async (world, email) => {
      await askRecovery(world, email);
      const event = loadEvent<never>('deliver-messages/one-insert');
      return () => during(world, 'server-error', () => world.stream('deliver-messages', event));
    },
  },
  {
    metric: 'RateLimited',
    when: 'a source asks once too often',
    cause: async (world, email) => {
      const source = fromSource('198.51.100.200'); // the other causes have one of their own
      const answering = { ...source, ...formBody({ email, captcha_token: 'whatever' }) };
      for (let asked = 0; asked < RECOVERIES_OF_A_SOURCE; asked += 1) await askRecovery(world, email, answering);
      return () => askRecovery(world, email, answering);
    },
  },
  {
    metric: 'SignIns',
    when: 'a password begins a session',
    cause: async (world, email) => {
      await signUp(world, email);
      return () => signIn(world, email);
    },
  },
  {
    metric: 'SignInRefusals',
    when: 'a password is wrong',
    cause: async (world, email) => () => signIn(world, email, 'not the password'),
  },
  {
    metric: 'SignInRefusals',
    when: 'the code of a second factor is wrong',
    cause: async (world, email) => {
      const { token, code } = await challenged(world, email);
      return () => giveCode(world, code, { token });
    },
  },
  ...LOCK_CAUSES.map(({ when, meetLock }): MetricCause => ({ metric: 'Lockouts', when, cause: meetLock })),
  {
    metric: 'Recoveries',
    when: 'a password is set with a token',
    cause: async (world, email) => {
      await signUp(world, email);
      const token = await recoveryToken(world, email);
      return () => resetPassword(world, token, 'a much better horse');
    },
  },
  {
    metric: 'Undos',
    when: 'an owner undoes the app that was added',
    cause: async (world, email) => {
      await addAuthenticator(world, await signUp(world, email));
      const token = await undoToken(world, email);
      return () => undo(world, token);
    },
  },
  {
    metric: 'Erasures',
    when: 'an account is erased once its grace is over',
    cause: async (world, email) => {
      await deleteAccount(world, await signUp(world, email));
      world.clock.advance(GRACE);
      return () => world.run('erase-accounts');
    },
  },
  {
    metric: 'ErasureDelay',
    when: 'nothing is left that is due',
    cause: async (world) => () => world.run('erase-accounts'),
    value: 0,
  },
  {
    metric: 'DeliveryDelay',
    when: 'a mail is handed over three seconds after it was asked for',
    cause: async (world, email) => {
      await askSignUp(world, email);
      world.clock.advance(3);
      return () => world.deliver();
    },
    value: 3000,
    dimensions: [{ channel: 'mail' }],
  },
  {
    metric: 'DeliveryDelay',
    when: 'an SMS is handed over two seconds after it was asked for',
    cause: async (world) => {
      await askForCode(world, { phoneNumber: newNumber() });
      world.clock.advance(2);
      return () => world.deliver();
    },
    value: 2000,
    dimensions: [{ channel: 'sms' }],
  },
  {
    metric: 'BreachChecksMissed',
    when: 'a password is set while the service that knows of breaches is down',
    cause: async (world, email) => {
      await signUp(world, email);
      const token = await recoveryToken(world, email);
      return () => resetPassword(world, token, 'a passphrase nobody looks up');
    },
  },
  {
    metric: 'CaptchaChecksMissed',
    when: "a source is near its limit while the captchas' provider is down",
    cause: async (world, email) => {
      const source = fromSource('198.51.100.201');
      for (let asked = 0; asked < RECOVERIES_OF_A_SOURCE / 2; asked += 1) await askRecovery(world, email, source);
      const body = formBody({ email, captcha_token: 'whatever' });
      return () => askRecovery(world, email, { ...source, ...body });
    },
  },
  {
    metric: 'DeliveryFailures',
    when: 'SES does not take a mail',
    cause: async (world, email) => {
      await askSignUp(world, email);
      await world.setFault({ service: 'ses', next: 1, error: 'Throttling' });
      return () => world.deliver();
    },
    dimensions: [{ channel: 'mail' }],
  },
  {
    metric: 'DeliveryFailures',
    when: 'an SMS has waited for so long that it is given up',
    cause: async (world) => {
      await askForCode(world, { phoneNumber: newNumber() });
      world.clock.advance(600);
      return () => world.deliver();
    },
    dimensions: [{ channel: 'sms' }],
  },
  {
    metric: 'MailStopped',
    when: 'SES has paused the account',
    cause: async (world, email) => {
      await askSignUp(world, email);
      await world.setFault({ service: 'ses', next: 1, error: 'AccountSendingPausedException' });
      return () => world.deliver();
    },
  },
  {
    metric: 'KeyringNotRead',
    when: 'a running function finds no keyring where it reads it again',
    cause: async (world) => {
      await world.run('erase-accounts');
      world.clock.advance(RE_READ_AFTER_SECONDS + 1);
      return () => withoutKeyring(world, () => world.run('erase-accounts'));
    },
  },
  {
    metric: 'DeadLetters',
    when: 'SES refuses a mail for good',
    cause: async (world, email) => {
      await askSignUp(world, email);
      await world.setFault({ service: 'ses', next: 1, error: 'MessageRejected' });
      return () => world.deliver();
    },
  },
  {
    metric: 'SmsBudgetUsed',
    when: "a message spends more than half of the day's budget",
    cause: async (world) => {
      world.clock.advance(DAY_SECONDS);
      await askForCode(world, { phoneNumber: newNumber() });
      await world.deliver();
      await askForCode(world, { phoneNumber: newNumber() });
      return () => world.deliver();
    },
    value: 50,
  },
  {
    metric: 'SmsRefused',
    when: 'a message is for a country that is not served',
    cause: async (world) => {
      const phoneNumber = newNumber();
      await askForCode(world, { phoneNumber });
      await unlistCountryOf(world, phoneNumber);
      return () => world.deliver();
    },
    dimensions: [{ reason: 'country' }],
  },
  {
    metric: 'MailFeedback',
    when: 'a mailbox refuses a mail for good',
    cause: async (world, email) => {
      const reference = await sentReferenceOf(world, email);
      return () => world.tell(mailEvent('record-feedback/bounce', { email, reference }));
    },
    dimensions: [{ fate: 'bounced' }],
  },
  {
    metric: 'EmailsMarked',
    when: 'a reader calls a mail spam',
    cause: async (world, email) => {
      const reference = await sentReferenceOf(world, email);
      return () => world.tell(mailEvent('record-feedback/complaint', { email, reference }));
    },
  },
  {
    metric: 'CanaryFailures',
    when: 'the canary finds everything as it must be',
    cause: async (world) => () => world.run('run-canary'),
    value: 0,
  },
  {
    metric: 'CanaryFailures',
    when: 'a step of the canary fails',
    cause: async (world) => () => failCanary(world),
  },
  {
    metric: 'CanaryStepFailures',
    when: 'the canary can not take its password away',
    cause: async (world) => () => failCanary(world),
    dimensions: [{ step: 'account' }],
  },
  {
    metric: 'CanaryMailFailures',
    when: 'a recovery mail to the canary is delivered',
    cause: async (world) => {
      const mail = await sentToCanary(world);
      return () => world.tell(mailEvent('record-feedback/delivery', mail));
    },
    value: 0,
  },
  {
    metric: 'CanaryMailFailures',
    when: 'a recovery mail to the canary is rejected',
    cause: async (world) => {
      const mail = await sentToCanary(world);
      return () => world.tell(mailEvent('record-feedback/reject', mail));
    },
  },
];
