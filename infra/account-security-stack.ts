import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Keyturn, type KeyturnProps } from './keyturn.ts';

/** The stack of an operator who has no CDK app of their own: the service, and what they need to know of it. */
export class AccountSecurityStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps & KeyturnProps) {
    // Data that is kept would outlive the stack, but nothing that serves it: a slip of the hand must not end the service.
    super(scope, id, { terminationProtection: props.settings.deployment?.retainData ?? true, ...props });
    const service = new Keyturn(this, 'Service', props);
    const { accounts, credentials, tokens, outbox } = service.tables.tables;
    const outputs: Readonly<Record<string, string | undefined>> = {
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
    for (const [name, value] of Object.entries(outputs)) {
      if (value !== undefined) new CfnOutput(this, name, { value });
    }
  }
}

/** The records that the sender's domain needs before SES sends for it. */
const dnsOutputs = ({ mail }: Keyturn): Record<string, string> =>
  Object.fromEntries(
    (mail.identity?.dkimRecords ?? []).map(({ name, value }, index) => [
      `DkimRecord${index + 1}`,
      `${name} CNAME ${value}`,
    ]),
  );
