import * as z from 'zod/mini';

const usd = z.number().check(z.minimum(0));

const priceList = z.strictObject({
  /** When the prices were noted, `YYYY-MM-DD`. */
  date: z.iso.date(),
  region: z.string(),
  source: z.string(),
  usd: z.strictObject({
    lambdaArmGbSecond: usd,
    lambdaRequestMillion: usd,
    httpApiRequestMillion: usd,
    dynamoReadUnitMillion: usd,
    dynamoWriteUnitMillion: usd,
    dynamoStorageGbMonth: usd,
    dynamoRecoveryGbMonth: usd,
    /** Of the plan that a new account is on; without a plan it is 0.10. @see SES developer guide, "Pricing plans" */
    sesMailThousand: usd,
    logsGb: usd,
    xrayTraceMillion: usd,
    metricMonth: usd,
    alarmMetricMonth: usd,
    dashboardMonth: usd,
    kmsKeyMonth: usd,
    secretMonth: usd,
    /** With `deployment.edge`: the web ACL, its rules, and the secret between CloudFront and the API. */
    edgeMonth: usd,
    /** With `deployment.edge`: CloudFront's request and function, and WAF's inspection. */
    edgeRequestMillion: usd,
  }),
  /** By tier: what one more monthly user costs up to a number of them; `null` is without end. */
  cognitoMonthlyUserUsd: z.record(z.string(), z.array(z.strictObject({ upTo: z.nullable(z.int()), usd }))),
  /** What can't be measured on a laptop. */
  assumed: z.strictObject({
    dynamoRoundTripMs: z.number(),
    sesRoundTripMs: z.number(),
    logBytesPerRequest: z.int(),
    /** Of a function's requests, beside the first of each second. @see X-Ray developer guide, "Configuring sampling rules" */
    tracedShare: z.number(),
    accountKb: z.number(),
  }),
  /** How an ordinary person uses the service, by flow. */
  callsPerUserAndMonth: z.record(z.string(), z.number()),
  mailsPerUserAndMonth: z.number(),
});

/** What AWS asks, and what is assumed of how the service is used. */
export type PriceList = z.infer<typeof priceList>;

/** Reads the price list. @throws ZodError where it isn't one */
export const parsePriceList = (document: unknown): PriceList => priceList.parse(document);
