import { type GoodRequest, good } from './good-request.ts';
import { signedInWithApp } from './people.ts';
import { bare, type ServiceWithRows } from './service.ts';

const DAY = 24 * 60 * 60;

/** Leaves a reset of an account's app that waits. An operator's command writes the row, no route does. */
export const resetWaiting = async (service: ServiceWithRows, { accountId }: { accountId: string }): Promise<void> => {
  const askedAtEpochSeconds = service.nowSeconds();
  await service.putRow('tokens', {
    pk: `ACCOUNT#${accountId}`,
    sk: 'FACTOR_RESET',
    schemaVersion: 2,
    resetId: `reset-of-${accountId}`,
    factor: 'totp',
    askedBy: 'arn:aws:sts::123456789012:assumed-role/Support/alice',
    askedAtEpochSeconds,
    waitsUntilEpochSeconds: askedAtEpochSeconds + 7 * DAY,
    seen: 'a-digest-of-the-factors',
    expiresAtEpochSeconds: askedAtEpochSeconds + 14 * DAY,
  });
};

/** An owner with an app that is to be reset. */
const withReset = async (service: ServiceWithRows) => {
  const owner = await signedInWithApp(service);
  await resetWaiting(service, owner);
  return owner;
};

/** Requests of an owner whose second factors are to be reset. */
export const FACTOR_RESET_REQUESTS: readonly GoodRequest<ServiceWithRows>[] = [
  good({
    name: 'get-two-factor (with a reset that waits)',
    prepare: async (service) => {
      const { session } = await withReset(service);
      return { request: () => bare('GET', '/two-factor', session.access_token) };
    },
  }),
  good({
    name: 'stop-factor-reset',
    prepare: async (service) => {
      const { session } = await withReset(service);
      return { request: () => bare('DELETE', '/two-factor/reset', session.access_token) };
    },
  }),
];
