import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Binding } from './flow-function.ts';

/**
 * Allows a function to send SMS. Phone numbers are not ARNs, so the statement excludes every topic, application and
 * endpoint of SNS.
 *
 * @see SNS developer guide, "Using identity-based policies with Amazon SNS"; AWS managed policy AmazonSNSFullAccess, which has the second
 * statement
 */
export const smsBinding = (scope: Construct): Binding => {
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
