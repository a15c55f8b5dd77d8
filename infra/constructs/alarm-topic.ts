import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct, type IDependable } from 'constructs';
import { acknowledge } from '../acknowledge.ts';

/**
 * Lets a service of AWS publish to a topic on behalf of this account. A topic from elsewhere has a policy that only its owner can change
 * (docs/operating.md), so nothing happens to it.
 *
 * @param service such as `budgets.amazonaws.com`
 * @param sourceArn what it may publish for; anything of the account unless given
 * @returns what has to be there before the service tries the topic; empty for a topic from elsewhere
 */
export const letPublish = (
  topic: ITopic,
  { service, sourceArn }: { service: string; sourceArn?: string },
): IDependable[] => {
  const { policyDependable } = topic.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(service)],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: {
        StringEquals: { 'aws:SourceAccount': Stack.of(topic).account },
        ...(sourceArn !== undefined && { ArnLike: { 'aws:SourceArn': sourceArn } }),
      },
    }),
  );
  return policyDependable ? [policyDependable] : [];
};

/** Has what a topic gets mailed to an address, once its owner has confirmed. */
export const mailTo = (topic: ITopic, address: string): void => {
  const subscription = topic.addSubscription(new EmailSubscription(address));
  acknowledge(subscription, {
    'Serverless-SNSRedrivePolicy':
      "SNS tries a mail for six hours by itself. Who would tell of a queue of mails that could not be sent is an alarm, by such a mail; the alarms' states stay in CloudWatch.",
  });
};

/**
 * The SNS topic of the alarms. It isn't encrypted at rest: CloudWatch can publish only under a customer managed key, at
 * 1 USD a month, and alarm messages hold names and numbers of this service, no personal data.
 */
export class AlarmTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const everyAlarm = Stack.of(this).formatArn({
      service: 'cloudwatch',
      resource: 'alarm',
      resourceName: '*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.topic = new Topic(this, 'Topic', { enforceSSL: true });
    // A topic with a policy of its own loses SNS's default, which admits CloudWatch's alarms of the account.
    letPublish(this.topic, { service: 'cloudwatch.amazonaws.com', sourceArn: everyAlarm });
    acknowledge(this.topic, {
      'AwsSolutions-SNS2':
        'What alarms say is about the service, about nobody in it; a key would cost more than it protects.',
    });
  }
}
