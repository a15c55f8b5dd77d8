import { type GoodRequest, good } from './good-request.ts';
import { type AppOwner, addApp, challengeOf, codeNow, openAccount, openWithApp, tokenIn } from './people.ts';
import { form, post, type Service, type ServiceRequest, type ServiceWithRows } from './service.ts';

const REVOKE = '/account/sign-in/revoke';

/** The second step of a sign-in on a device that was never seen: its owner is told of it. */
export const onNewDevice = async (service: Service, owner?: AppOwner) => {
  const own = owner ?? (await openWithApp(service));
  const challenge = await challengeOf(service, own);
  const request = (): ServiceRequest => post('/verification/verify', { code: codeNow(service, own.secret) }, challenge);
  return { owner: own, request };
};

/** A sign-in on a new device, and the token of the notice of it. */
const toldOf = async (service: Service) => {
  const account = await openAccount(service);
  let withApp: AppOwner | undefined;
  // The notice of the app has a link of its own, and is not to be taken for that of the device.
  await service.receive(account.email, async () => {
    withApp = await addApp(service, account);
  });
  const { owner, request } = await onNewDevice(service, withApp);
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
