import type { Keyturn } from './keyturn.ts';

/** The records that the sender's domain needs before SES sends for it. */
const dnsOutputs = ({ mail }: Keyturn): Record<string, string> =>
  Object.fromEntries(
    (mail.identity?.dkimRecords ?? []).map(({ name, value }, index) => [
      `DkimRecord${index + 1}`,
      `${name} CNAME ${value}`,
    ]),
  );

/** What an operator needs to know of a service, by the names that docs/operating.md and docs/runbook.md call it. */
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
