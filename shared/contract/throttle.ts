/**
 * What API Gateway lets through to one route, from everybody together: a bucket of `burst` requests that refills at
 * `ratePerSecond`. It is the last line, for the bill and for the other flows, when so many sources take part that limits per
 * source refuse none of them. Its 429 is bare, without `Retry-After`; so each is above the service's own global limit
 * (`limits` in shared/settings/settings.ts), and what comes in bulk meets that one first.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 */
export interface Throttle {
  /** Requests per second in the long run. */
  ratePerSecond: number;
  /** Requests that may come at one moment. */
  burst: number;
}

/**
 * Reads and cheap writes: some round trips to DynamoDB. The busiest is refresh-session: 120,000 apps in use at once, each of
 * which refreshes every 5 minutes.
 */
export const ORDINARY: Throttle = { ratePerSecond: 400, burst: 400 };

/**
 * Each call fills 19 MiB and keeps a CPU busy with argon2, so a flood is paid for in Lambda time. A third above sign-in's own
 * global limit of 111 per second. The burst is how many functions may be started at once: with all four such routes
 * flooded, 800 of the 1,000 that Lambda gives an account unless asked for more.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const HASHING: Throttle = { ratePerSecond: 150, burst: 200 };

/**
 * Each call may send a mail or an SMS. How many go out is held by the service's own limits and the SMS budget; this holds what
 * the refusals cost, a transaction of several writes each. Eight times the most that those limits let through, so that a flood
 * which they refuse does not crowd out at the gateway the few who need their account back.
 */
export const SENDING: Throttle = { ratePerSecond: 50, burst: 100 };

/** The same answer for everybody, from memory: pages and what they are made of, keys, the interface. A page is several requests. */
export const STATIC: Throttle = { ratePerSecond: 500, burst: 500 };
