import type { Dynamo, Write } from '../aws/dynamo.ts';
import { isExpired } from '../aws/row.ts';
import type { Clock } from '../primitives/clock.ts';
import { sha256 } from '../primitives/digest.ts';
import { accountRow, parseAccount, requireEpochWrite } from './accounts.ts';
import { type MailedToken, makeRevokeMailedToken } from './revoke-mailed-token.ts';
import { latestSignInLinkRow, signInLinkRow } from './sign-in-link-rows.ts';

/** Wrong passwords that end a link, as many as end a known device. @see NIST SP 800-63B-4 §3.2.2, which allows 100 */
export const LINK_TRIES = 10;

/** A sign-in link whose token and address belong together. */
export interface SignInLink {
  tokenHash: string;
  accountId: string;
  /** The account's when the link was mailed: what ends sessions by force ends the link. */
  epoch: number;
}

/** Ties the token of a link to the address that it goes to. @param email canonical */
export const linkAddressHash = (token: string, email: string): string => sha256(JSON.stringify([token, email]));

const { when } = signInLinkRow;

/**
 * What lets a sign-in go on where the limit of its address refuses: a try of a link, while it lives, has tries left and its account
 * is in its epoch. The try is counted before the password is compared, so any number of parallel ones stay within {@link LINK_TRIES}.
 */
export const linkPassWrites = (link: SignInLink, nowSeconds: number): Write[] => [
  signInLinkRow.updateWrite(
    signInLinkRow.key(link.tokenHash),
    { increase: { tries: 1 } },
    when.and(when.below('tries', LINK_TRIES), when.lives(nowSeconds)),
  ),
  requireEpochWrite(link),
];

/**
 * Ends a link, in the transaction that its right password leads to: of any number of sign-ins with one link one wins. Its life was
 * checked when it let the sign-in pass, and may be over since.
 */
export const consumeLinkWrite = ({ tokenHash }: SignInLink): Write =>
  signInLinkRow.deleteWrite(signInLinkRow.key(tokenHash), when.exists);

/**
 * Ends a link that let nothing pass, in the transaction that begins the session which it completes: it must live and have tries left.
 * The account's epoch is a condition of the session.
 */
export const useLinkWrite = ({ tokenHash }: SignInLink, nowSeconds: number): Write =>
  signInLinkRow.consumeWrite(signInLinkRow.key(tokenHash), nowSeconds, when.below('tries', LINK_TRIES));

/** Sign-in links. Of one account two work at the most. */
export interface SignInLinks {
  /**
   * Whether the link still has tries and its account is in its epoch is for the pass to say.
   *
   * @param email canonical
   * @returns `null` for a token that is unknown, used, expired, voided, or was mailed to another address
   * @throws StoreUnavailable
   */
  findFor(token: string, email: string): Promise<SignInLink | null>;
  /**
   * @returns `null` for a token that is unknown, used, expired, voided, or of an earlier epoch
   * @throws StoreUnavailable
   */
  find(tokenHash: string): Promise<MailedToken | null>;
  /**
   * Voids the token and every other link of its account, and ends the spacing of their mails, or does nothing.
   * @returns `false` for all but one of any number of attempts with the links of an account, a sign-in with this one among them
   * @throws StoreUnavailable
   */
  revoke(revocation: { link: MailedToken; writes: readonly Write[] }): Promise<boolean>;
}

/** Opens the sign-in links. */
export const makeSignInLinks = ({ dynamo, clock }: { dynamo: Dynamo; clock: Clock }): SignInLinks => {
  const revoke = makeRevokeMailedToken({ dynamo, clock }, { tokenRow: signInLinkRow, latestRow: latestSignInLinkRow });

  const findRow = async (tokenHash: string) => {
    const item = await dynamo.get('tokens', signInLinkRow.key(tokenHash));
    const link = item && signInLinkRow.parse(item);
    return link && !isExpired(link, clock.nowSeconds()) ? link : null;
  };

  return {
    findFor: async (token, email) => {
      const tokenHash = sha256(token);
      const link = await findRow(tokenHash);
      if (!link || link.addressHash !== linkAddressHash(token, email)) return null;
      return { tokenHash, accountId: link.accountId, epoch: link.epoch };
    },

    find: async (tokenHash) => {
      const link = await findRow(tokenHash);
      const item = link && (await dynamo.get('accounts', accountRow.key(link.accountId)));
      const account = item && parseAccount(item);
      return link && account && account.epoch === link.epoch ? { tokenHash, account } : null;
    },

    revoke: ({ link, writes }) => revoke(link, writes),
  };
};
