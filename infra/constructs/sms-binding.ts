import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Settings } from '../../shared/settings/settings.ts';
import { countriesBySns } from '../../shared/settings/sms-origin.ts';
import type { Binding } from './flow-function.ts';

/**
 * Through SNS. Phone numbers are not ARNs, so the statement excludes every topic, application and endpoint of SNS.
 *
 * @see SNS developer guide, "Using identity-based policies with Amazon SNS"; AWS managed policy AmazonSNSFullAccess, which has the second
 * statement
 */
const snsBinding = (scope: Construct): Binding => {
  const everyTopic = Stack.of(scope).formatArn({
    service: 'sns',
    region: '*',
    account: '*',
    resource: '*',
    arnFormat: ArnFormat.NO_RESOURCE_NAME,
  });
  return {
    statements: [
      new PolicyStatement({ actions: ['sns:Publish'], notResources: [everyTopic] }),
      // SNS hands SMS to End User Messaging, and may do so in the caller's name. Which originator it takes is not known in advance.
      new PolicyStatement({
        actions: ['sms-voice:SendTextMessage'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:CalledViaLast': 'sns.amazonaws.com' } },
      }),
    ],
    reasons: {
      'AwsSolutions-IAM5[Resource::*]':
        "SNS chooses the originator of an SMS; the condition lets nothing but SNS's own call through. ListStreams names no resource.",
    },
  };
};

/**
 * Through Notify, with one configuration.
 *
 * @see End User Messaging SMS user guide, "Getting started with Notify", on permissions for a specific configuration
 */
const notifyBinding = (scope: Construct, configurationId: string): Binding => ({
  statements: [
    new PolicyStatement({
      actions: ['sms-voice:SendNotifyTextMessage'],
      resources: [
        Stack.of(scope).formatArn({
          service: 'sms-voice',
          resource: 'notify-configuration',
          resourceName: configurationId,
          arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
        }),
      ],
    }),
  ],
});

/** Allows a function to send SMS, by the ways that the operator's channel uses. */
export const smsBindings = (scope: Construct, sms: Settings['sms']): Binding[] => {
  const { configurationId } = sms.notify;
  const byNotify = sms.channel === 'notify' && configurationId !== null ? [notifyBinding(scope, configurationId)] : [];
  return sms.channel === 'sns' || countriesBySns(sms).length > 0 ? [snsBinding(scope), ...byNotify] : byNotify;
};
