import type { Account } from '../../shared/account/accounts.ts';
import type { LatestTokenRow } from '../../shared/account/latest-token-row.ts';
import type { SecurityEventType } from '../../shared/account/security-events.ts';
import type { Write } from '../../shared/aws/dynamo.ts';
import type { SecretBinding } from '../../shared/keyring/derived-secrets.ts';

/** A token that begins. */
export interface NewToken {
  token: string;
  tokenHash: string;
  expiresAtEpochSeconds: number;
}

/** A kind of token that strangers can ask for and that goes to an account's own address, or to the number that it has chosen. */
export interface SpacedTokenKind {
  purpose: SecretBinding['purpose'];
  /** The entry that a mail leaves in the history. */
  event: SecurityEventType;
  lifeSeconds: number;
  /** Before the first repeat of a message. */
  firstSpacingSeconds: number;
  latestRow: LatestTokenRow;
  /** Where it goes. */
  destinationOf(account: Account): string;
  /** Stores a token, by its hash. */
  beginWrite(begun: NewToken, account: Account): Write;
  /** Removes a token, where it is there. */
  dropWrite(tokenHash: string): Write;
  /** Whether a token that was neither voided nor outlived by its epoch is used up all the same. @throws StoreUnavailable */
  isUsedUp(tokenHash: string): Promise<boolean>;
  /** Whether an account gets none now. @param to what the request named; `null` where it is found by its address */
  isWithheldFrom(account: Account, to: string | null): boolean;
}
