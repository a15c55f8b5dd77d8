/** The parts of a request that a signature can cover. */
export interface SignedRequest {
  method: string;
  /** As the person's back end addressed it: origin, path and query. */
  targetUri: string;
  hasQuery: boolean;
  /** Names in lower case; the values of repeated ones are joined by commas. */
  headers: Readonly<Record<string, string | undefined>>;
  hasBody: boolean;
  /** The bytes of the body as they were sent. @throws problem invalid-request */
  body(): Buffer;
}

/**
 * Why a signature isn't taken, for the developer of the back end:
 * - `missing`: an address is named, and nothing is signed
 * - `malformed`: the headers can't be read, sign other than once, or cover what isn't there
 * - `unacceptable`: a component or parameter is missing, or `alg` is another
 * - `unknown-key`: no caller has a key of this `keyid`, or not any more
 * - `mismatch`: made over something else, or with another secret
 * - `not-now`: `created` is too far from this clock, or `expires` is over
 * - `other-body`: the body isn't that of Content-Digest
 */
export type SignatureFault =
  | 'missing'
  | 'malformed'
  | 'unacceptable'
  | 'unknown-key'
  | 'mismatch'
  | 'not-now'
  | 'other-body';
