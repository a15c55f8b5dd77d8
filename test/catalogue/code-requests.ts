import { type GoodRequest, good } from './good-request.ts';
import {
  awaitMailedCode,
  challengeOf,
  codeNow,
  openWithApp,
  receiveCode,
  signedInWithApp,
  signedInWithBoth,
} from './people.ts';
import { form, post } from './service.ts';

const ASK = '/verification';
const GIVE = '/verification/verify';

/** Before a code by mail comes once more. */
const RESEND_SECONDS = 30;

/** Requests for a code by SMS. */
const ASKING: readonly GoodRequest[] = [
  good({
    name: 'request-verification',
    prepare: async ({ newPhoneNumber }) => {
      const phoneNumber = newPhoneNumber();
      return { request: () => form(ASK, { phone_number: phoneNumber }) };
    },
  }),
  good({
    name: 'request-verification (of a session)',
    prepare: async (service) => {
      const { session } = await signedInWithApp(service);
      const phoneNumber = service.newPhoneNumber();
      const request = () => post(ASK, { phone_number: phoneNumber }, session.access_token);
      return { request };
    },
  }),
  good({
    name: 'request-verification (of a challenge)',
    prepare: async (service) => {
      const owner = await signedInWithBoth(service);
      const challenge = await challengeOf(service, owner);
      return { request: () => post(ASK, {}, challenge) };
    },
  }),
  good({
    name: 'request-verification (by mail)',
    prepare: async (service) => {
      const { challenge } = await awaitMailedCode(service);
      await service.pause(RESEND_SECONDS);
      return { request: () => post(ASK, {}, challenge) };
    },
  }),
];

/** Requests that give a code. */
const GIVING: readonly GoodRequest[] = [
  good({
    name: 'verify-code',
    leavesRows: true,
    prepare: async (service) => {
      const owner = await openWithApp(service);
      const challenge = await challengeOf(service, owner);
      const request = () => post(GIVE, { code: codeNow(service, owner.secret) }, challenge);
      return { request };
    },
  }),
  good({
    name: 'verify-code (a sign-in by mail)',
    leavesRows: true,
    prepare: async (service) => {
      const { challenge, code } = await awaitMailedCode(service);
      return { request: () => post(GIVE, { code }, challenge) };
    },
  }),
  good({
    name: 'verify-code (a sign-in by a recovery code)',
    leavesRows: true,
    prepare: async (service) => {
      const owner = await openWithApp(service);
      const challenge = await challengeOf(service, owner);
      return { request: () => post(GIVE, { code: owner.recoveryCodes[0] }, challenge) };
    },
  }),
  good({
    name: 'verify-code (a sign-in by SMS)',
    leavesRows: true,
    prepare: async (service) => {
      const owner = await signedInWithBoth(service);
      const challenge = await challengeOf(service, owner);
      const code = await receiveCode(service, { token: challenge, readAt: owner.phoneNumber });
      return { request: () => post(GIVE, { code }, challenge) };
    },
  }),
  good({
    name: 'verify-code (a new factor)',
    leavesRows: true,
    prepare: async (service) => {
      const { session } = await signedInWithApp(service);
      const phoneNumber = service.newPhoneNumber();
      const code = await receiveCode(service, { token: session.access_token, phoneNumber });
      return { request: () => post(GIVE, { code }, session.access_token) };
    },
  }),
  good({
    name: 'verify-code (another number in place of the factor)',
    leavesRows: true,
    prepare: async (service) => {
      const { session } = await signedInWithBoth(service);
      const phoneNumber = service.newPhoneNumber();
      const code = await receiveCode(service, { token: session.access_token, phoneNumber });
      return { request: () => post(GIVE, { code }, session.access_token) };
    },
  }),
  good({
    name: 'verify-code (a number alone)',
    leavesRows: true,
    prepare: async (service) => {
      const phoneNumber = service.newPhoneNumber();
      const code = await receiveCode(service, { phoneNumber });
      return { request: () => form(GIVE, { code }) };
    },
  }),
];

/** Requests about codes that are sent, and codes that are given back. */
export const CODE_REQUESTS: readonly GoodRequest[] = [...ASKING, ...GIVING];
