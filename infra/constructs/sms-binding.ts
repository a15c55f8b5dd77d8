import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Binding } from './flow-function.ts';

/**
 * Allows a function to send SMS. Phone numbers are not ARNs, so the statement excludes every topic, application and
 * endpoint of SNS.
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
