import { makeAccounts } from '../../shared/account/accounts.ts';
import { clearEmailMarkWrite } from '../../shared/account/email-delivery.ts';
import { makeRecordEventWrite } from '../../shared/account/security-events.ts';
import type { SuppressedAddress } from '../../shared/aws/ses-suppressions.ts';
import { toRfc3339 } from '../../shared/primitives/clock.ts';
import { OPERATOR_EVENT_SECONDS } from '../command/operator-act.ts';
import { jsonLine, plain } from '../command/terminal-text.ts';
import type { SuppressionParts } from './open-suppression.ts';
import type { SuppressionArguments } from './read-arguments.ts';

/** Accounts that are looked up at once; a small load beside the table's own. */
const AT_ONCE = 10;

/** An address that mail does not reach, as the operator sees it. */
interface ShownAddress {
  email: string;
  /** On SES's list: why, in SES's words, and since when; `null` where it is not on it. */
  ses: { reason: string; since: string } | null;
  /** The account that has the address, and its mark; `null` for none. */
  account: { id: string; mark: string | null } | null;
}

export interface RunSuppression extends SuppressionParts {
  asked: SuppressionArguments;
  /** Asks the operator. */
  ask: (question: string) => Promise<boolean>;
  /** Takes one line for the operator. */
  say: (line: string) => void;
}

/** One line. Other senders of the AWS account put addresses on the list too, of whatever characters. */
const sayAddress = ({ email, ses, account }: ShownAddress): string => {
  const onList = ses ? `on SES's list (${ses.reason}) since ${ses.since}` : "not on SES's list";
  if (!account) return plain(`${email}: ${onList}, no account`);
  return plain(
    `${email}: ${onList}, account ${account.id}, ${account.mark === null ? 'not marked' : `marked (${account.mark})`}`,
  );
};

/**
 * Shows the addresses on SES's list, or clears one address there and in its account. It changes nothing before the operator has agreed.
 *
 * @returns whether everything is done
 * @throws SuppressionsUnavailable, StoreUnavailable; a second run does the rest
 */
export const runSuppression = async (options: RunSuppression): Promise<boolean> => {
  const { asked, suppressions, dynamo, clock, randomness, ask, say } = options;
  const accounts = makeAccounts({ dynamo });
  const recordEventWrite = makeRecordEventWrite({ clock, randomness, retentionSeconds: OPERATOR_EVENT_SECONDS });

  const show = async (email: string, found: SuppressedAddress | null): Promise<ShownAddress> => {
    const id = await accounts.findIdByEmail(email);
    const account = id === null ? null : await accounts.find(id);
    return {
      email,
      ses: found && { reason: found.reason, since: toRfc3339(found.sinceEpochSeconds) },
      account: account && { id: account.accountId, mark: account.emailMark?.reason ?? null },
    };
  };

  const list = async (): Promise<boolean> => {
    const all: ShownAddress[] = [];
    for await (const page of suppressions.list()) {
      for (let first = 0; first < page.length; first += AT_ONCE) {
        const shown = await Promise.all(page.slice(first, first + AT_ONCE).map((found) => show(found.email, found)));
        if (!asked.json) for (const one of shown) say(sayAddress(one));
        all.push(...shown);
      }
    }
    say(asked.json ? jsonLine(all) : `${all.length} on SES's list`);
    return true;
  };

  const clear = async (email: string): Promise<boolean> => {
    const shown = await show(email, await suppressions.find(email));
    const { account } = shown;
    const tell = (cleared: boolean, line: string): void => say(asked.json ? jsonLine({ ...shown, cleared }) : line);
    if (!asked.json) say(sayAddress(shown));
    if (!shown.ses && !account?.mark) {
      tell(false, 'there is nothing to clear');
      return true;
    }
    if (!asked.yes && !(await ask(`Send mail to ${email} again?`))) {
      tell(false, 'nothing was changed');
      return true;
    }
    // SES first: an account that is marked no more, and gets no mail, would look well.
    await suppressions.lift(email);
    if (account?.mark) {
      const accountId = account.id;
      await dynamo.transact([
        clearEmailMarkWrite({ accountId, email }, clock.nowSeconds()),
        recordEventWrite({ accountId, type: 'email-cleared', sourceIp: null }),
      ]); // it loses where the owner has won the address back meanwhile, or has another
    }
    tell(true, 'cleared');
    return true;
  };

  return asked.clears === null ? list() : clear(asked.clears);
};
