import { latestSignInLinkRow, signInLinkRow } from '../../shared/account/sign-in-link-rows.ts';
import { LINK_TRIES, linkAddressHash } from '../../shared/account/sign-in-links.ts';
import { isSuspended } from '../../shared/account/suspensions.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { SpacedTokenKind } from './spaced-token-kind.ts';
import { FIRST_SPACING_SECONDS } from './token-spacing.ts';

/** Tokens of sign-in links: with one its owner gets past the limit of the address. */
export const signInLinkTokens = ({ settings, dynamo }: Scope<'tokens'> & Pick<Ports, 'dynamo'>): SpacedTokenKind => ({
  purpose: 'sign-in-link',
  event: 'sign-in-link-mail-issued',
  lifeSeconds: settings.tokens.signInLinkSeconds,
  firstSpacingSeconds: FIRST_SPACING_SECONDS,
  destinationOf: ({ email }) => email,
  latestRow: latestSignInLinkRow,
  beginWrite: ({ token, tokenHash, expiresAtEpochSeconds }, { accountId, epoch, email }) =>
    signInLinkRow.putWrite(
      signInLinkRow.key(tokenHash),
      { accountId, epoch, addressHash: linkAddressHash(token, email), tries: 0, expiresAtEpochSeconds },
      signInLinkRow.when.isNew,
    ),
  dropWrite: (tokenHash) => signInLinkRow.deleteWrite(signInLinkRow.key(tokenHash)),
  isWithheldFrom: isSuspended,
  // A sign-in that uses one raises no epoch, and writes its own row alone: the row of the newest may name one that is gone.
  isUsedUp: async (tokenHash) => {
    const item = await dynamo.get('tokens', signInLinkRow.key(tokenHash));
    return item === null || signInLinkRow.parse(item).tries >= LINK_TRIES;
  },
});
