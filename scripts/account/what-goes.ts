import type { Account } from '../../shared/account/accounts.ts';
import { toRfc3339 } from '../../shared/primitives/clock.ts';
import { DAY } from '../../shared/settings/seconds.ts';
import { toldBy } from './erasure.ts';
import { type ShowDeps, showAccount } from './show-account.ts';
import { factorsLine } from './write-account.ts';

/**
 * What an erasure takes, for the operator who is asked whether it is meant: a line each.
 *
 * @throws StoreUnavailable
 */
export const whatGoes = async (deps: ShowDeps, account: Account, graceDays: number): Promise<string[]> => {
  const shown = await showAccount(deps, { accountId: account.accountId });
  if (!shown) return [];
  const { sessions, history } = shown;
  return [
    `On ${toRfc3339(deps.clock.nowSeconds() + graceDays * DAY)} this goes, and nothing brings it back:`,
    `  the address ${account.email}, which is free for others then`,
    ...(shown.phone_number === null ? [] : [`  the number ${shown.phone_number}`]),
    ...(shown.recovery_phone === null ? [] : [`  the number for recovery ${shown.recovery_phone}`]),
    `  the profile, and the password`,
    `  second factors: ${factorsLine(shown.second_factors)}`,
    `  the history, its newest entry of ${history[0]?.at ?? 'never'}`,
    `At once ${sessions.living}${sessions.are_all_counted ? '' : ' or more'} sessions end. The owner is told ${toldBy(account)}.`,
  ];
};
