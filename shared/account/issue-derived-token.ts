import type { Dynamo, Write } from '../aws/dynamo.ts';
import type { DerivedSecrets, SecretBinding } from '../keyring/derived-secrets.ts';
import { sha256 } from '../primitives/digest.ts';

/** A token of a message, and what makes it good. */
interface TokenToIssue {
  salt: string;
  binding: SecretBinding;
  /** Loses where the token would be dead before it is sent: what it is for has ended, or its account is being erased. */
  requireWrite: Write;
  /** The row that it is found by; a repeat writes what stands there. */
  tokenWrite: (tokenHash: string) => Write;
}

/**
 * Makes a token that is derived, and so the same one as often as its message is sent, and makes it good.
 *
 * @returns `null` where what it is for has ended, or its key is in the keyring no more
 * @throws StoreUnavailable
 */
export const issueDerivedToken = async (
  { dynamo, derivedSecrets }: { dynamo: Pick<Dynamo, 'transact'>; derivedSecrets: Pick<DerivedSecrets, 'token'> },
  { salt, binding, requireWrite, tokenWrite }: TokenToIssue,
): Promise<string | null> => {
  const token = await derivedSecrets.token(salt, binding);
  if (token === null) return null;
  const { won } = await dynamo.transact([requireWrite, tokenWrite(sha256(token))]);
  return won ? token : null;
};
