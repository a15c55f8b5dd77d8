/** What a linter says of the templates and is left so, by the id of its rule, with the reason. What is not here has to be mended. */
export const EXCEPTIONS = {
  'cfn-lint': {
    W3005:
      'The CDK names a role beside its policy in DependsOn, and our own functions wait for all of a role: more than has to be, and no harm.',
  },
  checkov: {
    CKV_AWS_26:
      "SES can't publish to a topic under AWS's key, and mails about alarms hold no person's data; who subscribes by a queue brings a key.",
    CKV_AWS_27: 'Queues are encrypted, by SQS itself (SqsManagedSseEnabled), which the rule does not know.',
    CKV_AWS_33:
      'The key of Credentials is for whomever IAM lets read the table, and through DynamoDB alone: kms:ViaService and kms:CallerAccount.',
    CKV_AWS_86:
      "CloudFront's log has query strings and can't be told to leave them out. The API's own log has every request that gets through.",
    CKV_AWS_115:
      'A reservation would take from an account with ten functions at a time what sign-ins need; throttles of the routes bound them.',
    CKV_AWS_116: 'Functions are called synchronously, or by a stream or a topic with a dead-letter queue of its own.',
    CKV_AWS_117:
      'Functions reach AWS alone, by TLS and their roles; a VPC would add cold starts, addresses and a gateway, and no border.',
    CKV_AWS_149:
      "Who may read the secrets is in their roles. AWS's own key costs nothing, and no other account reads them.",
    CKV_AWS_158:
      "Logs hold no secret and no address of a person (docs/inventory.md), but SNS's own of SMS, where it is on, numbers for two weeks; CloudWatch encrypts them.",
    CKV_AWS_173: 'Variables hold settings and names; secrets are read from Secrets Manager.',
  },
} as const satisfies Record<string, Readonly<Record<string, string>>>;

/** A linter of templates. */
export type Linter = keyof typeof EXCEPTIONS;

/** Something that a linter says. */
export interface Finding {
  /** The id of its rule. */
  rule: string;
  /** Template, resource and what is wrong, for people. */
  says: string;
}

/**
 * What does not hold: findings without an exception, and exceptions of which nothing is found any more.
 *
 * @returns a line for each; empty where all is as it has to be
 */
export const complaintsOf = (linter: Linter, findings: readonly Finding[]): string[] => {
  const excepted = Object.keys(EXCEPTIONS[linter]);
  const found = new Set(findings.map(({ rule }) => rule));
  return [
    ...findings.filter(({ rule }) => !excepted.includes(rule)).map(({ rule, says }) => `${linter} ${rule}: ${says}`),
    ...excepted
      .filter((rule) => !found.has(rule))
      .map((rule) => `${linter} ${rule}: an exception, and nothing is found of it`),
  ];
};
