import { type CfnRule, EventField, type IRuleTarget, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { leadTo, whatToDo } from '../alarms/what-to-do.ts';
import { letPublish } from './alarm-topic.ts';

const RUNBOOK = 'keys-in-danger';

export interface KeyNoticesProps {
  /** Encrypts the Credentials table. */
  key: IKey;
  /** The keyring. */
  keyring: Secret;
  topic: ITopic;
}

/**
 * Tells the topic at once when somebody disables or deletes the key of Credentials or the keyring, or ends the keyring's rotation: without either
 * nobody gets in, and what is deleted can't be had back when its waiting time is over. No metric shows a key's state, and a function that looked
 * would have to run for nothing.
 *
 * CloudTrail has to keep a trail of management events in the region: EventBridge gets such calls from nowhere else.
 * @see EventBridge user guide, "Events from AWS services delivered via CloudTrail"
 */
export class KeyNotices extends Construct {
  constructor(scope: Construct, id: string, { key, keyring, topic }: KeyNoticesProps) {
    super(scope, id);
    const message = RuleTargetInput.fromText(
      `${EventField.fromPath('$.detail.userIdentity.arn')} has called ${EventField.fromPath('$.detail.eventName')} for a key that Keyturn can't be without. ${whatToDo(RUNBOOK)}`,
    );
    const target: IRuleTarget = { bind: () => ({ arn: topic.topicArn, input: message }) };
    const rule = new Rule(this, 'Rule', {
      description: `Keyturn's keys are disabled or deleted. ${whatToDo(RUNBOOK)}`,
      eventPattern: {
        source: ['aws.kms', 'aws.secretsmanager'],
        detailType: ['AWS API Call via CloudTrail'],
        detail: {
          errorCode: [{ exists: false }], // of a call that was refused nothing came
          $or: [
            { eventName: ['DisableKey', 'ScheduleKeyDeletion'], resources: { ARN: [key.keyArn] } },
            // Callers name a secret by its ARN or its name.
            {
              eventName: ['DeleteSecret', 'CancelRotateSecret'],
              requestParameters: { secretId: [keyring.secretArn, keyring.secretName] },
            },
          ],
        },
      },
      targets: [target],
    });
    letPublish(topic, { service: 'events.amazonaws.com', sourceArn: rule.ruleArn });
    leadTo(rule.node.defaultChild as CfnRule, RUNBOOK);
    acknowledge(rule, {
      'Serverless-EventBusDLQ':
        'EventBridge tries to tell the topic for a day. A queue of what could not be told would want an alarm, by the same topic.',
    });
  }
}
