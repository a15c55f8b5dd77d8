import type { ApiDomain } from './constructs/api-domain.ts';
import type { CaptchaSecret } from './constructs/captcha-secret.ts';
import type { Edge } from './constructs/edge.ts';
import type { KeyringSecret } from './constructs/keyring-secret.ts';
import type { MailSending } from './constructs/mail-sending.ts';
import type { OutboxConsumer } from './constructs/outbox-consumer.ts';
import type { ServiceAlarms } from './constructs/service-alarms.ts';
import type { ServiceApi } from './constructs/service-api.ts';
import type { ServiceBackups } from './constructs/service-backups.ts';
import type { ServiceDashboard } from './constructs/service-dashboard.ts';
import type { ServiceTables } from './constructs/service-tables.ts';
import type { SmsDeliveryLog } from './constructs/sms-delivery-log.ts';
import type { TrustedCallerSecrets } from './constructs/trusted-caller-secrets.ts';

/** The parts of a service that its outputs are read from. */
interface ServiceParts {
  /** The origin that people's apps call. */
  address: string;
  tables: ServiceTables;
  keyring: KeyringSecret;
  captchaSecret: CaptchaSecret | null;
  callerSecrets: TrustedCallerSecrets | null;
  backups: ServiceBackups | null;
  mail: MailSending;
  smsDeliveryLog: SmsDeliveryLog | null;
  api: ServiceApi;
  consumers: readonly OutboxConsumer[];
  domain: ApiDomain | Edge | null;
  alarms: ServiceAlarms;
  dashboard: ServiceDashboard;
}

/** The DNS records that SES needs to verify the sender's domain. */
const dnsOutputs = ({ mail }: Pick<ServiceParts, 'mail'>): Record<string, string> =>
  Object.fromEntries(
    (mail.identity?.dkimRecords ?? []).map(({ name, value }, index) => [
      `DkimRecord${index + 1}`,
      `${name} CNAME ${value}`,
    ]),
  );

/** The stack's outputs, by the names that docs/operating.md and docs/runbook.md use. */
export const outputsOf = (service: ServiceParts): Record<string, string> => {
  const { accounts, credentials, tokens, outbox } = service.tables.tables;
  const all: Readonly<Record<string, string | undefined>> = {
    ApiUrl: service.address,
    ApiId: service.api.api.apiId,
    DomainTarget: service.domain?.target,
    CertificateArn: service.domain?.certificateArn,
    AccountsTable: accounts.tableName,
    CredentialsTable: credentials.tableName,
    TokensTable: tokens.tableName,
    OutboxTable: outbox.tableName,
    KeyringArn: service.keyring.secret.secretArn,
    CaptchaSecretArn: service.captchaSecret?.secret.secretArn,
    ...service.callerSecrets?.outputs,
    SmsDeliveryRoleArn: service.smsDeliveryLog?.role.roleArn,
    BackupVaultName: service.backups?.vault.backupVaultName,
    MailEventsTopicArn: service.mail.events.topicArn,
    AlarmTopicArn: service.alarms.topic.topicArn,
    DashboardUrl: service.dashboard.url,
    DeadLetterQueueUrl: service.consumers[0]?.deadLetters.queueUrl,
    ...dnsOutputs(service),
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
};
