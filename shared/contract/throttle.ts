/**
 * API Gateway's throttle of one route for all callers: a bucket of `burst` requests, refilled at `ratePerSecond`. It
 * protects the bill and other flows from attacks by so many sources that no limit per source refuses them. Its 429 has
 * no `Retry-After`, so each throttle is above the service's own global limit (`limits` in shared/settings/function-settings.ts),
 * which refuses a flood first.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 */
export interface Throttle {
  /** Sustained requests per second. */
  ratePerSecond: number;
  /** Requests at one moment. */
  burst: number;
}

/**
 * Reads and cheap writes: a few calls to DynamoDB. The busiest is refresh-session: 120,000 open apps, each refreshing
 * every 5 minutes.
 */
export const ORDINARY: Throttle = { ratePerSecond: 400, burst: 400 };

/**
 * Each call uses 19 MiB and a whole CPU for argon2, so a flood costs Lambda time. A third above sign-in's own global
 * limit of 111 per second. The burst bounds concurrent functions: with all five such routes flooded, 800 of the 1,000
 * that an AWS account has by default.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const HASHING: Throttle = { ratePerSecond: 150, burst: 160 };

/**
 * Each call may send a mail or an SMS. The service's own limits and the SMS budget bound those; this bounds the cost of
 * refused requests, a transaction of several writes each. Four times what the limits allow, or more, so that a flood does not
 * crowd out people who need their account back.
 */
export const SENDING: Throttle = { ratePerSecond: 50, burst: 100 };

/** Static answers from memory: pages and their assets, keys, the OpenAPI document. A page takes several requests. */
export const STATIC: Throttle = { ratePerSecond: 500, burst: 500 };

/**
 * Requests that match no route: typed addresses, mistakes of developers, and scanners, who make nearly all of them. A month at
 * this rate is 52 million requests, about 65 US dollars of API Gateway and Lambda.
 */
export const UNMATCHED: Throttle = { ratePerSecond: 20, burst: 40 };
