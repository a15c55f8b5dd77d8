import type { ProblemCode } from './problems.ts';

/**
 * Header in which a trusted caller names the address of the person it calls for. Not `Forwarded` (RFC 7239): gateways and proxies
 * add to that one, which would break the signature over it.
 */
export const CLIENT_ADDRESS_HEADER = 'keyturn-client-address';

/** The setting that flows name whose limits count by source. */
const TRUSTED_CALLERS_SETTING = 'trustedCallers';

/** What of a contract says whether trusted callers may name an address. */
interface Named {
  settings?: readonly string[];
  problems: readonly ProblemCode[];
}

/** Whether a flow reads an address that a trusted caller names (docs/adr/0048). */
export const readsNamedAddress = ({ settings = [] }: { settings?: readonly string[] }): boolean =>
  settings.includes(TRUSTED_CALLERS_SETTING);

/** What reading named addresses adds to a contract: the problem. */
export const withTrustedCallers = <Declared extends Named>(contract: Declared): Declared =>
  readsNamedAddress(contract) ? { ...contract, problems: [...contract.problems, 'invalid-signature'] } : contract;
