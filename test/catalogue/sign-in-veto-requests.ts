import { type GoodRequest, good } from './good-request.ts';
import { challengeOf, codeNow, openWithApp, tokenIn } from './people.ts';
import { form, post, type Service, type ServiceRequest, type ServiceWithRows } from './service.ts';

const REVOKE = '/account/sign-in/revoke';

/** The second step of a sign-in on a device that was never seen: its owner is told of it. */
export const onNewDevice = async (service: Service) => {
  const owner = await openWithApp(service);
  const challenge = await challengeOf(service, owner);
  const request = (): ServiceRequest =>
    post('/verification/verify', { code: codeNow(service, owner.secret) }, challenge);
  return { owner, request };
};

/** A sign-in on a new device, and the token of the notice of it. */
const toldOf = async (service: Service) => {
  const { owner, request } = await onNewDevice(service);
  await service.receive(owner.email, async () => undefined); // the notice of the app, which has a link of its own
  const token = tokenIn(await service.receive(owner.email, () => service.ask(request())));
  return { ...owner, token };
};

/** Requests that take a sign-in back. */
export const SIGN_IN_VETO_REQUESTS: readonly GoodRequest[] = [
  good({
    name: 'revoke-sign-in',
    prepare: async (service) => {
      const { token } = await toldOf(service);
      return { request: () => form(REVOKE, { token }) };
    },
  }),
];

/** The same for an account of which a change was undone a moment ago. */
export const SIGN_IN_VETO_ROW_REQUESTS: readonly GoodRequest<ServiceWithRows>[] = [
  good({
    name: 'revoke-sign-in (of a frozen account)',
    prepare: async (service) => {
      const { token, accountId } = await toldOf(service);
      const place = { table: 'accounts', firstWord: 'ACCOUNT', sortKey: 'ACCOUNT', accountId } as const;
      await service.editRows(place, { frozenUntilEpochSeconds: service.nowSeconds() + 3600 });
      return { request: () => form(REVOKE, { token }) };
    },
  }),
];
