import * as z from 'zod/mini';

const usd = z.number().check(z.minimum(0));

const priceList = z.strictObject({
  /** Date of the prices, `YYYY-MM-DD`. */
  date: z.iso.date(),
  region: z.string(),
  source: z.string(),
  usd: z.strictObject({
    lambdaArmGbSecond: usd,
    lambdaX86GbSecond: usd,
    lambdaRequestMillion: usd,
    httpApiRequestMillion: usd,
    dynamoReadUnitMillion: usd,
    dynamoWriteUnitMillion: usd,
    dynamoStorageGbMonth: usd,
    dynamoRecoveryGbMonth: usd,
    /** On the plan of a new account; without a plan it is 0.10. @see SES developer guide, "Pricing plans" */
    sesMailThousand: usd,
    logsGb: usd,
    xrayTraceMillion: usd,
    metricMonth: usd,
    alarmMetricMonth: usd,
    /** A run of a canary of CloudWatch Synthetics, for comparison. @see CloudWatch pricing, "Synthetics" */
    syntheticsRun: usd,
    dashboardMonth: usd,
    kmsKeyMonth: usd,
    secretMonth: usd,
    /** Of AWS Backup, for tables of DynamoDB in warm storage. @see AWS Backup pricing */
    backupGbMonth: usd,
    /** With `deployment.edge`: the web ACL, its rules, and the secret between CloudFront and the API. */
    edgeMonth: usd,
    /** With `deployment.edge`: CloudFront's request and function, and WAF's inspection. */
    edgeRequestMillion: usd,
  }),
  /** By tier: price of one more monthly user, up to a number of them; `null` is unlimited. */
  cognitoMonthlyUserUsd: z.record(z.string(), z.array(z.strictObject({ upTo: z.nullable(z.int()), usd }))),
  /** Assumptions that a laptop can't measure. */
  assumed: z.strictObject({
    dynamoRoundTripMs: z.number(),
    sesRoundTripMs: z.number(),
    logBytesPerRequest: z.int(),
    /**
     * Share of requests that X-Ray samples, beside the first of each second.
     * @see X-Ray developer guide, "Configuring sampling rules"
     */
    tracedShare: z.number(),
    /** Of a run of the canary: eight answers over the network, one after the other, and a hash. */
    canaryRunSeconds: z.number(),
    accountKb: z.number(),
  }),
  /** Calls of an average user in a month, by flow. */
  callsPerUserAndMonth: z.record(z.string(), z.number()),
  mailsPerUserAndMonth: z.number(),
});

/** AWS's prices, and assumptions about usage. */
export type PriceList = z.infer<typeof priceList>;

/** Parses the price list. @throws ZodError where it is invalid */
export const parsePriceList = (document: unknown): PriceList => priceList.parse(document);
