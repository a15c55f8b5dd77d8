import type { GoodRequest } from './good-requests.ts';
import { signUp } from './journeys.ts';
import { formBody, loadEvent } from './load-event.ts';
import { callAs, challengeOf, totpCode } from './second-factor.ts';
import { openTwoFactorOwner, proveAgain, STEP_SECONDS } from './two-factor-journeys.ts';
import { addSms, askForCode, giveCode, newNumber, receiveCode } from './verification.ts';

/** One request for each path of each flow about second factors. Each opens an account of its own. */
export const SECOND_FACTOR_REQUESTS: readonly GoodRequest[] = [
  {
    name: 'get-two-factor',
    flow: 'get-two-factor',
    succeeds: 200,
    prepare: async ({ world }) => {
      const { session } = await openTwoFactorOwner(world);
      return () => callAs(world, 'get-two-factor', 'get-two-factor/get', session.access_token);
    },
  },
  {
    name: 'enroll-totp',
    flow: 'enroll-totp',
    succeeds: 200,
    prepare: async ({ world }) => {
      const { session } = await openTwoFactorOwner(world);
      return () => callAs(world, 'enroll-totp', 'enroll-totp/no-body', session.access_token);
    },
  },
  {
    name: 'confirm-totp',
    flow: 'confirm-totp',
    succeeds: 200,
    parallel: true,
    prepare: async ({ world }) => {
      const { session } = await openTwoFactorOwner(world);
      const { body } = await callAs(world, 'enroll-totp', 'enroll-totp/no-body', session.access_token);
      const code = totpCode(world, body.secret);
      return () => callAs(world, 'confirm-totp', 'confirm-totp/json', session.access_token, { body: { code } });
    },
  },
  {
    name: 'renew-recovery-codes',
    flow: 'renew-recovery-codes',
    succeeds: 200,
    prepare: async ({ world }) => {
      const { session } = await openTwoFactorOwner(world);
      return () => callAs(world, 'renew-recovery-codes', 'renew-recovery-codes/post', session.access_token);
    },
  },
  {
    name: 'renew-recovery-codes (other sessions live on)',
    flow: 'renew-recovery-codes',
    succeeds: 200,
    prepare: async ({ world }) => {
      const { session } = await openTwoFactorOwner(world);
      const body = { end_other_sessions: false };
      return () => callAs(world, 'renew-recovery-codes', 'renew-recovery-codes/json', session.access_token, { body });
    },
  },
  {
    name: 'remove-factor (SMS)',
    flow: 'remove-factor',
    succeeds: 200,
    prepare: async ({ world }) => {
      const { session } = await openTwoFactorOwner(world);
      await addSms(world, session);
      return () =>
        callAs(world, 'remove-factor', 'remove-factor/delete', session.access_token, { path: { factor: 'sms' } });
    },
  },
  {
    name: 'remove-factor',
    flow: 'remove-factor',
    succeeds: 200,
    prepare: async ({ world }) => {
      const { session } = await openTwoFactorOwner(world);
      return () =>
        callAs(world, 'remove-factor', 'remove-factor/delete', session.access_token, { path: { factor: 'totp' } });
    },
  },
  {
    name: 'reauthenticate (with an app)',
    flow: 'reauthenticate',
    succeeds: 200,
    parallel: true,
    prepare: async ({ world }) => {
      const { session, secret } = await openTwoFactorOwner(world);
      world.clock.advance(STEP_SECONDS);
      const code = totpCode(world, secret);
      return () => proveAgain(world, session, { code });
    },
  },
  {
    name: 'reauthenticate (with a recovery code)',
    flow: 'reauthenticate',
    succeeds: 200,
    parallel: true,
    prepare: async ({ world }) => {
      const { session, recoveryCodes } = await openTwoFactorOwner(world);
      return () => proveAgain(world, session, { code: recoveryCodes[0] ?? '' });
    },
  },
  {
    name: 'reauthenticate (by SMS)',
    flow: 'reauthenticate',
    succeeds: 200,
    parallel: true,
    prepare: async ({ world, serial }) => {
      const session = await signUp(world, `by-sms-${serial}-${newNumber()}@example.com`.replace('+', ''));
      const { phoneNumber } = await addSms(world, session);
      world.clock.advance(STEP_SECONDS);
      const { code } = await receiveCode(world, { token: session.access_token, readAt: phoneNumber });
      return () => proveAgain(world, session, { code });
    },
  },
  {
    name: 'request-verification (anonymous)',
    flow: 'request-verification',
    succeeds: 200,
    prepare: async ({ world }) => {
      const phoneNumber = newNumber();
      return () => askForCode(world, { phoneNumber });
    },
  },
  {
    name: 'request-verification (of a session)',
    flow: 'request-verification',
    succeeds: 200,
    prepare: async ({ world }) => {
      const { session } = await openTwoFactorOwner(world);
      const phoneNumber = newNumber();
      return () => askForCode(world, { token: session.access_token, phoneNumber });
    },
  },
  {
    name: 'request-verification (of a challenge)',
    flow: 'request-verification',
    succeeds: 200,
    prepare: async ({ world }) => {
      const { email } = await openTwoFactorOwner(world);
      const token = await challengeOf(world, email);
      return () => askForCode(world, { token });
    },
  },
  {
    name: 'verify-code (a sign-in by an app)',
    flow: 'verify-code',
    succeeds: 200,
    parallel: true,
    prepare: async ({ world }) => {
      const { email, secret } = await openTwoFactorOwner(world);
      world.clock.advance(STEP_SECONDS);
      const token = await challengeOf(world, email);
      const code = totpCode(world, secret);
      return () => giveCode(world, code, { token });
    },
  },
  {
    name: 'verify-code (a sign-in by a recovery code)',
    flow: 'verify-code',
    succeeds: 200,
    parallel: true,
    prepare: async ({ world }) => {
      const { email, recoveryCodes } = await openTwoFactorOwner(world);
      const token = await challengeOf(world, email);
      const [code = ''] = recoveryCodes;
      return () => giveCode(world, code, { token });
    },
  },
  {
    name: 'verify-code (a sign-in by SMS)',
    flow: 'verify-code',
    succeeds: 200,
    parallel: true,
    prepare: async ({ world }) => {
      const { email, session } = await openTwoFactorOwner(world);
      const { phoneNumber } = await addSms(world, session);
      world.clock.advance(STEP_SECONDS);
      const token = await challengeOf(world, email);
      const { code } = await receiveCode(world, { token, readAt: phoneNumber });
      return () => giveCode(world, code, { token });
    },
  },
  {
    name: 'verify-code (a new factor)',
    flow: 'verify-code',
    succeeds: 200,
    parallel: true,
    prepare: async ({ world }) => {
      const { session } = await openTwoFactorOwner(world);
      const { code } = await receiveCode(world, { token: session.access_token, phoneNumber: newNumber() });
      return () => giveCode(world, code, { token: session.access_token });
    },
  },
  {
    name: 'verify-code (another number in place of the factor)',
    flow: 'verify-code',
    succeeds: 200,
    parallel: true,
    prepare: async ({ world }) => {
      const { session } = await openTwoFactorOwner(world);
      await addSms(world, session);
      world.clock.advance(2 * STEP_SECONDS);
      const { code } = await receiveCode(world, { token: session.access_token, phoneNumber: newNumber() });
      return () => giveCode(world, code, { token: session.access_token });
    },
  },
  {
    name: 'verify-code (a number alone)',
    flow: 'verify-code',
    succeeds: 200,
    parallel: true,
    prepare: async ({ world }) => {
      world.clock.advance(1); // two requests in the same millisecond have no defined order
      const { code } = await receiveCode(world, { phoneNumber: newNumber() });
      return () => giveCode(world, code);
    },
  },
  {
    name: 'request-recovery (by phone)',
    flow: 'request-recovery',
    succeeds: 200,
    prepare: async ({ world }) => {
      const event = loadEvent('request-recovery/phone-form', formBody({ phone_number: newNumber() }));
      return () => world.call('request-recovery', event);
    },
  },
];
