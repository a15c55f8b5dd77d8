import * as z from 'zod/mini';
import { defineRow } from '../aws/define-row.ts';
import { latestTokenShape } from './latest-token-row.ts';

/** The token of a sign-in link, by its hash. */
export const signInLinkRow = defineRow({
  table: 'tokens',
  word: 'SIGN_IN_LINK',
  sortKey: () => 'TOKEN',
  shape: {
    accountId: z.string(),
    epoch: z.int(),
    /** SHA-256 over the token and the address that it was sent to: with another address the token is none. */
    addressHash: z.string(),
    /** Sign-ins that it has let past the limit of its address; counted before their passwords are compared. */
    tries: z.int(),
    expiresAtEpochSeconds: z.int(),
  },
});

/** The newest link of an account, what its token is derived from, and the mails that bring it. */
export const latestSignInLinkRow = defineRow({
  table: 'tokens',
  word: 'ACCOUNT',
  sortKey: () => 'SIGN_IN_LINK',
  shape: latestTokenShape,
});
