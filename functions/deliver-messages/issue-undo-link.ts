import { type Account, type Accounts, makeAccounts } from '../../shared/account/accounts.ts';
import {
  type BeforeImage,
  type ChangeJournal,
  type ChangeReference,
  changeRow,
  isUndoable,
  provideChangeJournal,
} from '../../shared/account/change-journal.ts';
import { isErasable } from '../../shared/account/pending-deletion.ts';
import { type MakeUndoToken, provideMakeUndoToken, type UndoChannel } from '../../shared/account/undo-tokens.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { factorsRow } from '../../shared/two-factor/factors.ts';
import { isTwoFactorOn, overviewOf } from '../../shared/two-factor/second-factors.ts';

interface IssueUndoLinkDeps {
  dynamo: Dynamo;
  accounts: Pick<Accounts, 'find'>;
  journal: Pick<ChangeJournal, 'open'>;
  makeUndoToken: MakeUndoToken;
  clock: Clock;
}

/** A change that can be undone, for the channels of before it. */
interface ToldChange {
  /** Of before the change. */
  image: BeforeImage;
  /** `null` where this channel gets no link. */
  token: string | null;
  expiresAtEpochSeconds: number;
}

/** A change to tell of. */
interface ChangeToTell {
  accountId: string;
  reference: ChangeReference;
  /** `null` for a message that gets no link. */
  channel: UndoChannel | null;
}

/**
 * Whether a number of before gets a link. Where no second factor was on, the link alone undoes: then a number that the account has given up
 * gets none, or who has stolen the phone could take its removal back.
 */
const isLinkedBySms = (image: BeforeImage, { phone }: Account): boolean =>
  isTwoFactorOn(overviewOf(factorsRow.parse(image.factors))) || image.phone?.e164 === phone?.e164;

/**
 * Makes the token of a notice's link and makes it good. A retry gives the same one.
 *
 * @returns the account, `null` where it is gone; and the change, `null` where it can't be undone any more
 */
const makeIssueUndoLink =
  ({ dynamo, accounts, journal, makeUndoToken, clock }: IssueUndoLinkDeps) =>
  async ({
    accountId,
    reference,
    channel,
  }: ChangeToTell): Promise<{ account: Account | null; told: ToldChange | null }> => {
    const [account, item] = await Promise.all([
      accounts.find(accountId),
      dynamo.get('tokens', changeRow.key(accountId, String(reference.number))),
    ]);
    const change = item && changeRow.parse(item);
    if (!account || isErasable(account, clock.nowSeconds())) return { account: null, told: null };
    if (!change || !isUndoable({ change, reference, account }, clock.nowSeconds())) {
      return { account, told: null };
    }
    const image = await journal.open(change, { accountId, reference });
    if (!image) return { account, told: null };
    const isLinked = channel === 'mail' || (channel === 'sms' && isLinkedBySms(image, account));
    const made = isLinked ? await makeUndoToken({ accountId, reference, change, image }, channel) : null;
    if (made) await dynamo.write(made.write);
    return {
      account,
      told: { image, token: made?.token ?? null, expiresAtEpochSeconds: change.expiresAtEpochSeconds },
    };
  };

export type IssueUndoLink = ReturnType<typeof makeIssueUndoLink>;

export const provideIssueUndoLink = (scope: Scope & Ports): IssueUndoLink =>
  makeIssueUndoLink({
    ...scope,
    accounts: scope.use(makeAccounts),
    journal: scope.use(provideChangeJournal),
    makeUndoToken: scope.use(provideMakeUndoToken),
  });
