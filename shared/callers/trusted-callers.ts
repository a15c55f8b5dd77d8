import { isIP } from 'node:net';
import { problem } from '../contract/problems.ts';
import { CLIENT_ADDRESS_HEADER } from '../contract/trusted-callers.ts';
import type { Scope } from '../lambda/scope.ts';
import { makeCallerKeys } from './caller-keys.ts';
import { loadVerifySignature } from './load-verify-signature.ts';
import type { SignatureFault, SignedRequest } from './signed-request.ts';

/** An address that a trusted caller named. */
interface NamedAddress {
  /** IPv4 or IPv6. */
  address: string;
  /** The key that it is signed with: the caller's name and the generation of its secret. */
  signedBy: string;
}

/** Back ends that call for others and say for whom. */
export interface TrustedCallers {
  /**
   * Reads the address that a request is for, which counts only if a trusted caller signed it.
   *
   * @returns `null` for a request that names none: then no signature is looked at
   * @throws problem invalid-signature, and invalid-request for a signed one that is no address
   */
  readNamed(request: SignedRequest): Promise<NamedAddress | null>;
}

/** `null` where the operator trusts no caller: then the header means nothing, and none of this is loaded. */
export const provideTrustedCallers = ({
  settings,
  config: { callerSecrets },
  clock,
  randomness,
}: Scope<'trustedCallers'>): TrustedCallers | null => {
  if (settings.trustedCallers.length === 0) return null;
  if (callerSecrets === null) throw new Error('the contract does not read named addresses');
  const keyOf = makeCallerKeys(callerSecrets, { clock, randomness });

  return {
    readNamed: async (request) => {
      const address = request.headers[CLIENT_ADDRESS_HEADER];
      if (address === undefined) return null;
      const refuse = (code: SignatureFault) => problem('invalid-signature', { errors: [{ field: 'signature', code }] });
      const { signature, 'signature-input': input } = request.headers;
      if (signature === undefined && input === undefined) throw refuse('required');

      const { verifySignedRequest } = await loadVerifySignature();
      const verified = await verifySignedRequest(request, { keyOf, nowSeconds: clock.nowSeconds() });
      if ('fault' in verified) throw refuse(verified.fault);
      const isAddress = isIP(address) !== 0 && !address.includes('%'); // a zone names an interface of the back end
      if (!isAddress)
        throw problem('invalid-request', { errors: [{ field: CLIENT_ADDRESS_HEADER, code: 'not-an-ip-address' }] });
      return { address, signedBy: verified.keyId };
    },
  };
};
