import { type Account, phoneClaimRow } from '../../shared/account/accounts.ts';
import {
  type BeforeImage,
  type ChangeJournal,
  changeRow,
  provideChangeJournal,
} from '../../shared/account/change-journal.ts';
import { emailClaimRow } from '../../shared/account/email-claims.ts';
import { formerFactorRow } from '../../shared/account/former-factor-row.ts';
import { forgetInClaimWrite, parseClaim } from '../../shared/account/phone-claim-writes.ts';
import { type Dynamo, StoreUnavailable } from '../../shared/aws/dynamo.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Clock } from '../../shared/primitives/clock.ts';

/**
 * A claim that changed under a write is read again; each change is the success of one of few accounts, so this is ample.
 *
 * @see DynamoDB Developer Guide, "Optimistic locking with version number": read again, then write again
 */
const CLAIM_ATTEMPTS = 10;

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
    const { pk, sk: before } = changeRow.key(accountId, '');
    for (let after: string | null = null; ; ) {
      const items = await dynamo.queryOldest({ table: 'tokens', pk, after, limit: ENTRIES_AT_ONCE });
      for (const item of items) {
        after = String(item.sk);
        const { data: change } = changeRow.safeParse(item);
        const number = Number(after.slice(before.length));
        const image = change && (await journal.open(change, { accountId, reference: { number, id: change.changeId } }));
        if (image) images.push(image);
      }
      if (items.length === 0) return images;
    }
  };

  /** The numbers that were a factor lately, which may be in no entry of the journal any more. */
  const formerFactorsOf = async (accountId: string): Promise<string[]> => {
    const { pk, sk: before } = formerFactorRow.key(accountId, '');
    const numbers: string[] = [];
    for (let after = before; ; ) {
      const items = await dynamo.queryOldest({ table: 'accounts', pk, after, limit: ENTRIES_AT_ONCE });
      const own = items.map(({ sk }) => String(sk)).filter((sk) => sk.startsWith(before));
      numbers.push(...own.map((sk) => sk.slice(before.length)));
      const last = own.at(-1);
      if (last === undefined || own.length < items.length) return numbers;
      after = last;
    }
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
