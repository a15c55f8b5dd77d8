import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Binding } from './flow-function.ts';

/**
 * For a function that sends SMS. A phone number is no resource that could be named, so the action is allowed on everything that
 * is no topic, application or endpoint of SNS: what is left are phones.
 *
 * @see SNS developer guide, "Using identity-based policies with Amazon SNS"
 */
export const smsBinding = (scope: Construct): Binding => {
  const everyTopic = Stack.of(scope).formatArn({
    service: 'sns',
    region: '*',
    account: '*',
    resource: '*',
    arnFormat: ArnFormat.NO_RESOURCE_NAME,
  });
  return { statements: [new PolicyStatement({ actions: ['sns:Publish'], notResources: [everyTopic] })] };
};
