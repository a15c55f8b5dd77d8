import { type Account, accountRow, parseAccount } from '../../shared/account/accounts.ts';
import {
  type BeforeImage,
  type ChangeJournal,
  type ChangeReference,
  changeRow,
  isChangeNumber,
  isUndoable,
  provideChangeJournal,
} from '../../shared/account/change-journal.ts';
import { claimEmailWrite, freeEmailWrite, reserveEmailWrite } from '../../shared/account/email-claims.ts';
import { setPasswordWrite } from '../../shared/account/passwords.ts';
import { isErasable } from '../../shared/account/pending-deletion.ts';
import { type UndoChannel, undoRow } from '../../shared/account/undo-tokens.ts';
import type { Dynamo, Write } from '../../shared/aws/dynamo.ts';
import { isExpired } from '../../shared/aws/row.ts';
import { FREEZE_SECONDS, UNDO_SECONDS } from '../../shared/contract/lifetimes.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Clock, Randomness } from '../../shared/primitives/clock.ts';
import { type Factors, factorsRow, parseFactors, replaceFactorsWrites } from '../../shared/two-factor/factors.ts';

/** A change that a token can undo, with the account and its factors as they are now. */
export interface UndoableChange {
  tokenHash: string;
  channel: UndoChannel;
  reference: ChangeReference;
  image: BeforeImage;
  /** When the change was made. */
  madeAtEpochSeconds: number;
  account: Account;
  factors: Factors;
}

/** The numbers of an account once a change is undone. */
export interface PlannedNumbers {
  phone: Account['phone'];
  /** `null` for none from then on; left out where it stays as it is. */
  recoveryPhone?: Account['recoveryPhone'];
  /** Of their claims; they lose where one of them has changed since it was read here. */
  writes: readonly Write[];
}

/** An undo that is about to be written. */
interface Undo {
  change: UndoableChange;
  /** From now on. */
  factors: Factors;
  numbers: PlannedNumbers;
  /** A hash that is of no password, where one was set since; `null` where the password of before is the present one. */
  phc: string | null;
  writes: readonly Write[];
}

/** The changes that tokens can undo. */
export interface UndoableChanges {
  /**
   * Reads as much for a token that is none.
   * @returns `null` for one that is unknown, used or expired, or whose change was undone
   * @throws StoreUnavailable
   */
  find(tokenHash: string): Promise<UndoableChange | null>;
  /** Whether a token is of the same change, and went another way. @throws StoreUnavailable */
  isOfOtherChannel(tokenHash: string, change: UndoableChange): Promise<boolean>;
  /**
   * Freezes the account and ends its sessions, also where it has changed since it was read: from then on nothing can race an undo. Does
   * nothing where the change was undone.
   * @throws StoreUnavailable
   */
  hold(change: UndoableChange): Promise<void>;
  /**
   * Makes the account what it was before the change, and ends every session, token and change since.
   * @returns of any number of attempts `undone` to one; `changed` where the account has changed since it was read, `lost` where anything else has
   * @throws StoreUnavailable
   */
  undo(undo: Undo): Promise<'undone' | 'changed' | 'lost'>;
}

/** The addresses: the one of before was reserved; the present one is free for all, unless an older change may have to give it back. */
const emailWrites = ({ account, image, reference }: UndoableChange, nowSeconds: number): Write[] => {
  const { accountId, email } = account;
  if (image.email === email) return [];
  const leaving =
    reference.number > 1
      ? reserveEmailWrite({ email, accountId }, nowSeconds + UNDO_SECONDS)
      : freeEmailWrite({ email, accountId });
  return [claimEmailWrite({ email: image.email, accountId }, nowSeconds), leaving];
};

/** Opens them. */
const makeUndoableChanges = ({
  dynamo,
  journal,
  clock,
  randomness,
}: {
  dynamo: Dynamo;
  journal: Pick<ChangeJournal, 'open'>;
  clock: Clock;
  randomness: Randomness;
}): UndoableChanges => {
  const findToken = async (tokenHash: string) => {
    const item = await dynamo.get('tokens', undoRow.key(tokenHash));
    const token = item && undoRow.parse(item);
    return token && !isExpired(token, clock.nowSeconds()) ? token : null;
  };

  return {
    find: async (tokenHash) => {
      const token = await findToken(tokenHash);
      const accountId = token?.accountId ?? randomness.uuid();
      const reference = { number: token?.number ?? 1, id: token?.changeId ?? '' };
      const [accountItem, changeItem, factorsItem = null] = await dynamo.transactGet([
        accountRow.at(accountId),
        changeRow.at(accountId, String(reference.number)),
        factorsRow.at(accountId),
      ]);
      if (!token || !accountItem || !changeItem) return null;
      const account = parseAccount(accountItem);
      const change = changeRow.parse(changeItem);
      if (!isUndoable({ change, reference, account }, clock.nowSeconds())) return null;
      if (isErasable(account, clock.nowSeconds())) return null;
      const image = await journal.open(change, { accountId, reference });
      const { channel } = token;
      const madeAtEpochSeconds = change.changedAtEpochSeconds;
      return (
        image && {
          tokenHash,
          channel,
          reference,
          image,
          madeAtEpochSeconds,
          account,
          factors: parseFactors(factorsItem),
        }
      );
    },

    isOfOtherChannel: async (tokenHash, { account, reference, channel }) => {
      const token = await findToken(tokenHash);
      return (
        token !== null &&
        token.accountId === account.accountId &&
        token.changeId === reference.id &&
        token.channel !== channel
      );
    },

    hold: async ({ account: { accountId }, reference: { number } }) => {
      await dynamo.write(
        accountRow.updateWrite(
          accountRow.key(accountId),
          { set: { frozenUntilEpochSeconds: clock.nowSeconds() + FREEZE_SECONDS }, increase: { epoch: 1 } },
          accountRow.when.above('changeNumber', number - 1),
        ),
      );
    },

    undo: async ({ change, factors, numbers, phc, writes }) => {
      const { tokenHash, reference, image, account } = change;
      const { accountId, epoch, changeNumber, passwordChangeNumber, phoneResetNumber } = account;
      const nowSeconds = clock.nowSeconds();
      const { phone, recoveryPhone, writes: claimWrites } = numbers;
      const factorsWrites = replaceFactorsWrites({ accountId, seen: change.factors, factors });
      const { when } = accountRow;
      const result = await dynamo.transact([
        accountRow.updateWrite(
          accountRow.key(accountId),
          {
            set: {
              email: image.email,
              phone,
              ...(recoveryPhone !== undefined && { recoveryPhone }),
              epoch: epoch + 1,
              changeNumber: reference.number - 1,
              frozenUntilEpochSeconds: nowSeconds + FREEZE_SECONDS,
              updatedAtEpochSeconds: nowSeconds,
              ...(image.email !== account.email && { emailGoodSinceEpochSeconds: nowSeconds }),
              ...((phoneResetNumber ?? 0) >= reference.number && { phoneResetNumber: reference.number - 1 }),
              // An undo of an older change has to know that the password is not the one of before that either.
              ...((passwordChangeNumber ?? 0) >= reference.number && { passwordChangeNumber: reference.number - 1 }),
            },
            increase: { profileVersion: 1 },
            // A deletion came after the change.
            remove: image.email === account.email ? ['deletion'] : ['deletion', 'emailMark'],
          },
          when.and(when.is('epoch', epoch), isChangeNumber(changeNumber)),
        ),
        undoRow.consumeWrite(undoRow.key(tokenHash), nowSeconds),
        ...factorsWrites,
        ...(phc === null ? [] : [setPasswordWrite({ accountId, phc, epoch: epoch + 1 })]),
        ...emailWrites(change, nowSeconds),
        ...claimWrites,
        ...writes,
      ]);
      if (result.won) return 'undone';
      const hasOtherFactors = factorsWrites.length > 0 && result.refusals[2];
      return result.refusals[0] || hasOtherFactors ? 'changed' : 'lost';
    },
  };
};

export const provideUndoableChanges = (scope: Scope & Ports): UndoableChanges =>
  makeUndoableChanges({ ...scope, journal: scope.use(provideChangeJournal) });
