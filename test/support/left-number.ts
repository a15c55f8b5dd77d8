import { signUpSomebody } from './journeys.ts';
import { putRows } from './table-writer.ts';
import { newNumber } from './verification.ts';
import type { World } from './world.ts';

/**
 * Gives an account a number as release 0.1.0 left it after codes by SMS were switched off: with its claim and no
 * factor.
 */
export const leaveNumber = async (world: World, accountId: string, phoneNumber: string): Promise<void> => {
  const row = (await world.rows('accounts')).find(({ pk, sk }) => pk === `ACCOUNT#${accountId}` && sk === 'ACCOUNT');
  await putRows(world, 'accounts', [
    { ...row, phone: { e164: phoneNumber, country: 'AT' } },
    { pk: `PHONE#${phoneNumber}`, sk: 'CLAIM', schemaVersion: 2, accountId },
  ]);
};

/** An account with such a number. */
export const accountWithLeftNumber = async (world: World, phoneNumber = newNumber()) => {
  const account = await signUpSomebody(world);
  await leaveNumber(world, account.account_id, phoneNumber);
  return { ...account, phoneNumber };
};
