import { type Account, phoneClaimRow } from '../../shared/account/accounts.ts';
import {
  type BeforeImage,
  type ChangeJournal,
  changeRow,
  provideChangeJournal,
} from '../../shared/account/change-journal.ts';
import { emailClaimRow } from '../../shared/account/email-claims.ts';
import { formerFactorRow } from '../../shared/account/former-factor-row.ts';
import { CLAIM_ATTEMPTS } from '../../shared/account/phone-claim-attempts.ts';
import { forgetInClaimWrite, parseClaim } from '../../shared/account/phone-claim-writes.ts';
import { type Dynamo, StoreUnavailable } from '../../shared/aws/dynamo.ts';
import { rowsBeginningWith } from '../../shared/aws/rows-beginning-with.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Clock } from '../../shared/primitives/clock.ts';

/** Rows that are read at once. */
const ENTRIES_AT_ONCE = 25;

interface FreeClaimsDeps {
  dynamo: Pick<Dynamo, 'get' | 'queryOldest' | 'write'>;
  journal: Pick<ChangeJournal, 'open'>;
  clock: Clock;
}

/** Those of a state: the second factor's, and the one that recovers the account. */
const numbersOf = ({ phone, recoveryPhone }: Pick<Account, 'phone' | 'recoveryPhone'>): string[] =>
  [phone, recoveryPhone].flatMap((number) => (number ? [number.e164] : []));

/**
 * Frees the address and the numbers of an account, and those that are reserved for an undo of its changes. Others keep theirs.
 *
 * @throws StoreUnavailable
 */
export type FreeClaims = (account: Account) => Promise<void>;

const makeFreeClaims = ({ dynamo, journal, clock }: FreeClaimsDeps): FreeClaims => {
  /** The states before the account's changes, as far as the journal still has them. */
  const imagesOf = async (accountId: string): Promise<BeforeImage[]> => {
    const images: BeforeImage[] = [];
    const key = changeRow.key(accountId, '');
    for await (const items of rowsBeginningWith(dynamo, { table: 'tokens', key, rowsAtOnce: ENTRIES_AT_ONCE })) {
      for (const item of items) {
        const { data: change } = changeRow.safeParse(item);
        const number = Number(String(item.sk).slice(key.sk.length));
        const image = change && (await journal.open(change, { accountId, reference: { number, id: change.changeId } }));
        if (image) images.push(image);
      }
    }
    return images;
  };

  /** The numbers that were a factor lately, which may be in no entry of the journal any more. */
  const formerFactorsOf = async (accountId: string): Promise<string[]> => {
    const key = formerFactorRow.key(accountId, '');
    const numbers: string[] = [];
    for await (const items of rowsBeginningWith(dynamo, { table: 'accounts', key, rowsAtOnce: ENTRIES_AT_ONCE })) {
      numbers.push(...items.map(({ sk }) => String(sk).slice(key.sk.length)));
    }
    return numbers;
  };

  const freeEmail = async (accountId: string, email: string): Promise<void> => {
    await dynamo.write(
      emailClaimRow.deleteWrite(emailClaimRow.key(email), emailClaimRow.when.is('accountId', accountId)),
    );
  };

  const freePhone = async (accountId: string, e164: string): Promise<void> => {
    for (let attempt = 0; attempt < CLAIM_ATTEMPTS; attempt += 1) {
      const seen = parseClaim(await dynamo.get('accounts', phoneClaimRow.key(e164)));
      const write = forgetInClaimWrite({ e164, accountId }, seen, clock.nowSeconds());
      if (!write || (await dynamo.write(write)).won) return;
    }
    throw new StoreUnavailable('the claim of a number was changed again and again');
  };

  return async (account) => {
    const { accountId } = account;
    const states = [account, ...(await imagesOf(accountId))];
    const emails = new Set(states.map(({ email }) => email));
    const numbers = new Set([...states.flatMap(numbersOf), ...(await formerFactorsOf(accountId))]);
    for (const email of emails) await freeEmail(accountId, email);
    for (const e164 of numbers) await freePhone(accountId, e164);
  };
};

export const provideFreeClaims = (scope: Scope & Ports): FreeClaims =>
  makeFreeClaims({ ...scope, journal: scope.use(provideChangeJournal) });
