import type { Principal } from '../account/principal.ts';
import type { Caller } from '../contract/contract.ts';

/** A request once it is authenticated, parsed and held against its contract. */
export interface FlowRequest<Body = unknown, By extends Caller = Caller> {
  requestId: string;
  method: string;
  /** As called, without the query. */
  path: string;
  body: Body;
  pathParameters: Readonly<Record<string, string | undefined>>;
  query: Readonly<Record<string, string | undefined>>;
  /** `null` where anybody may call. */
  principal: By extends 'anyone' ? null : Principal;
  /** The token of the Authorization header, whatever it is; `null` without one, and where the contract has none read. */
  bearer: string | null;
  cookies: Readonly<Record<string, string>>;
  /** Who called: the TCP peer that the gateway saw, or that CloudFront saw where it stands before it. */
  sourceIp: string;
  /** What limits count by. */
  sourceNetwork: string;
  /** BCP 47 tags from Accept-Language, best first. */
  locales: readonly string[];
  /** The header If-Match as it came. */
  ifMatch: string | undefined;
}
