import type { Principal } from '../account/principal.ts';
import type { CaptchaAttempt } from '../captcha/captcha-attempt.ts';
import type { Caller } from '../contract/contract.ts';
import type { AnswerKeeper } from '../idempotency/answer-keeper.ts';
import type { RequestProof } from './request-proof.ts';

/** A request after authentication, parsing and validation. */
export interface FlowRequest<Body = unknown, By extends Caller = Caller> {
  requestId: string;
  method: string;
  /** Method and path template, as API Gateway names the route. */
  routeKey: string;
  /** The request's path, without the query. */
  path: string;
  body: Body;
  pathParameters: Readonly<Record<string, string | undefined>>;
  query: Readonly<Record<string, string | undefined>>;
  /** `null` where no session is required. */
  principal: By extends 'anyone' ? null : Principal;
  /** The bearer token of any kind; `null` without one, and where the contract ignores it. */
  bearer: string | null;
  cookies: Readonly<Record<string, string>>;
  /** The caller's address: the TCP peer of the gateway, or of CloudFront in front of it. */
  sourceIp: string;
  /** Network that limits count by, and nothing else: the caller's, or that of the address which a trusted caller named. */
  sourceNetwork: string;
  /** What it shows of its client; without a response where the contract asks for no captcha. */
  captcha: CaptchaAttempt;
  /** Whether a browser asks for something to show: the request accepts HTML, which programs don't. */
  acceptsHtml: boolean;
  /** BCP 47 tags from Accept-Language, best first. */
  locales: readonly string[];
  /** The header User-Agent as it came: a stranger's text. */
  userAgent: string | undefined;
  /** Of the address that the edge saw, ISO 3166-1 alpha-2; `null` where the edge tells none. */
  country: string | null;
  /** The header If-Match, unparsed. */
  ifMatch: string | undefined;
  /** The header If-None-Match, unparsed. */
  ifNoneMatch: string | undefined;
  /** Names the request for a repeat; `null` without one, and for safe methods. */
  idempotencyKey: string | null;
  /** What the layer has a signed-in caller prove; flows that read the token themselves ask it. */
  proof: RequestProof;
  /** Keeps the answer for a repeat, and uses the proof up. */
  keeper: AnswerKeeper;
}
