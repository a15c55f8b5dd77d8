import { openAccount } from './people.ts';
import type { ServiceWithRows } from './service.ts';

/** Long past, in whichever time the service is. */
const DUE_AT = '2020-01-01T00:00:00Z';
const DUE_AT_EPOCH_SECONDS = Date.parse(DUE_AT) / 1000;

const STAMP = { schemaVersion: 2 } as const;

const putDue = (service: ServiceWithRows, accountId: string, step: 'erase' | 'settle'): Promise<void> =>
  service.putRow('accounts', {
    pk: 'DELETION#DUE',
    sk: `${DUE_AT}#${accountId}`,
    ...STAMP,
    accountId,
    deletionId: `deletion-of-${accountId}`,
    dueAtEpochSeconds: DUE_AT_EPOCH_SECONDS,
    step,
  });

/** Gives an account a number, which it shares with others or has alone. */
const putPhone = async (service: ServiceWithRows, accountId: string, others: readonly string[]): Promise<void> => {
  const phoneNumber = service.newPhoneNumber();
  const claim = { pk: `PHONE#${phoneNumber}`, sk: 'CLAIM', ...STAMP, accountId, accountIds: [...others, accountId] };
  await service.putRow('accounts', claim);
  const place = { table: 'accounts', firstWord: 'ACCOUNT', sortKey: 'ACCOUNT', accountId } as const;
  await service.editRows(place, { phone: { e164: phoneNumber, country: 'AT', isVerified: true } });
};

/** An account whose grace is over, with messages of both channels that were given up. */
const leaver = async (service: ServiceWithRows, others: readonly string[]): Promise<void> => {
  const { accountId } = await openAccount(service);
  await putPhone(service, accountId, others);
  const place = { table: 'accounts', firstWord: 'ACCOUNT', sortKey: 'ACCOUNT', accountId } as const;
  await service.editRows(place, {
    deletion: {
      deletionId: `deletion-of-${accountId}`,
      sessionId: 'of-its-session',
      salt: 'of-its-links',
      requestedAtEpochSeconds: DUE_AT_EPOCH_SECONDS,
      erasesAtEpochSeconds: DUE_AT_EPOCH_SECONDS,
    },
  });
  for (const channel of ['INTENT', 'SMS']) {
    const partitionKey = `${channel}#given-up-${accountId}`;
    const expiresAtEpochSeconds = service.nowSeconds() + 86_400;
    const letter = { ...STAMP, partitionKey, expiresAtEpochSeconds };
    await service.putRow('tokens', { pk: `ACCOUNT#${accountId}`, sk: `DEAD_LETTER#${partitionKey}`, ...letter });
  }
  await service.putRow('tokens', { pk: `CHANGE#${accountId}`, sk: 'CHANGE#1', ...STAMP });
  await putDue(service, accountId, 'erase');
};

/** Leaves accounts that a run of erase-accounts has to erase, and one whose id it looks at once more. */
export const prepareErasures = async (service: ServiceWithRows): Promise<void> => {
  await leaver(service, []);
  await leaver(service, ['another-account']);
  const erasedId = `erased-${service.newEmail()}`;
  await service.putRow('accounts', { pk: `ERASED#${erasedId}`, sk: 'ERASED', ...STAMP, accountId: erasedId });
  await putDue(service, erasedId, 'settle');
};
