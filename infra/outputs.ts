import type { Keyturn } from './keyturn.ts';

/** The DNS records that SES needs to verify the sender's domain. */
const dnsOutputs = ({ mail }: Keyturn): Record<string, string> =>
  Object.fromEntries(
    (mail.identity?.dkimRecords ?? []).map(({ name, value }, index) => [
      `DkimRecord${index + 1}`,
      `${name} CNAME ${value}`,
    ]),
  );

/** The stack's outputs, by the names that docs/operating.md and docs/runbook.md use. */
export const outputsOf = (service: Keyturn): Record<string, string> => {
  const { accounts, credentials, tokens, outbox } = service.tables.tables;
  const all: Readonly<Record<string, string | undefined>> = {
    ApiUrl: service.domain ? service.settings.publicUrl : service.api.api.apiEndpoint,
    ApiId: service.api.api.apiId,
    DomainTarget: service.domain?.target,
    AccountsTable: accounts.tableName,
    CredentialsTable: credentials.tableName,
    TokensTable: tokens.tableName,
    OutboxTable: outbox.tableName,
    KeyringArn: service.keyring.secret.secretArn,
    MailEventsTopicArn: service.mail.events.topicArn,
    AlarmTopicArn: service.alarms.topic.topicArn,
    DashboardUrl: service.dashboard.url,
    DeadLetterQueueUrl: service.consumers[0]?.deadLetters.queueUrl,
    ...dnsOutputs(service),
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
};
