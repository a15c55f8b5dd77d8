import { type Account, type Accounts, makeAccounts } from '../../shared/account/accounts.ts';
import {
  type BeforeImage,
  type ChangeJournal,
  type ChangeReference,
  changeRow,
  isUndoable,
  provideChangeJournal,
} from '../../shared/account/change-journal.ts';
import { type MakeUndoToken, provideMakeUndoToken, type UndoChannel } from '../../shared/account/undo-tokens.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Clock } from '../../shared/primitives/clock.ts';

interface IssueUndoLinkDeps {
  dynamo: Dynamo;
  accounts: Pick<Accounts, 'find'>;
  journal: Pick<ChangeJournal, 'open'>;
  makeUndoToken: MakeUndoToken;
  clock: Clock;
}

/** A link for a channel of before a change. */
interface UndoLink {
  token: string;
  /** Of before the change. */
  image: BeforeImage;
  expiresAtEpochSeconds: number;
}

/** A change to tell of. */
interface ToldChange {
  accountId: string;
  reference: ChangeReference;
  channel: UndoChannel;
}

/**
 * Makes the token of a notice's link and makes it good. A retry gives the same one.
 *
 * @returns the account, `null` where it is gone; and the link, `null` where the change can't be undone any more, or the account had no
 * such channel before it
 */
const makeIssueUndoLink =
  ({ dynamo, accounts, journal, makeUndoToken, clock }: IssueUndoLinkDeps) =>
  async ({
    accountId,
    reference,
    channel,
  }: ToldChange): Promise<{ account: Account | null; link: UndoLink | null }> => {
    const [account, item] = await Promise.all([
      accounts.find(accountId),
      dynamo.get('tokens', changeRow.key(accountId, String(reference.number))),
    ]);
    const change = item && changeRow.parse(item);
    if (!account || !change || !isUndoable({ change, reference, account }, clock.nowSeconds())) {
      return { account, link: null };
    }
    const image = await journal.open(change, { accountId, reference });
    const made = image && (await makeUndoToken({ accountId, reference, change, image }, channel));
    if (!made) return { account, link: null };
    await dynamo.write(made.write);
    return { account, link: { token: made.token, image, expiresAtEpochSeconds: change.expiresAtEpochSeconds } };
  };

export type IssueUndoLink = ReturnType<typeof makeIssueUndoLink>;

export const provideIssueUndoLink = (scope: Scope & Ports): IssueUndoLink =>
  makeIssueUndoLink({
    ...scope,
    accounts: scope.use(makeAccounts),
    journal: scope.use(provideChangeJournal),
    makeUndoToken: scope.use(provideMakeUndoToken),
  });
