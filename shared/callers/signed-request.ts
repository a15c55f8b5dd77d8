import type { FieldErrorCode } from '../contract/field-errors.ts';

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

/** Why a signature isn't taken, for the developer of the back end; `required` where an address is named and nothing is signed. */
export type SignatureFault = Extract<
  FieldErrorCode,
  'required' | 'malformed' | 'unacceptable' | 'unknown-key' | 'mismatch' | 'not-now' | 'other-body'
>;
