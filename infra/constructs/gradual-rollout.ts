import { ArnFormat, CfnOutput, type CfnResource, Fn, NestedStack, Stack } from 'aws-cdk-lib';
import { CfnApplication, CfnDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { makeAlarm } from '../alarms/make-alarm.ts';
import { releaseAlarm } from '../alarms/release-alarm.ts';
import { constructId } from '../construct-id.ts';
import type { FlowFunction } from './flow-function.ts';

/** What CodeDeploy takes a version back for. @see CodeDeploy API, AutoRollbackConfiguration */
const TAKEN_BACK_FOR = ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'];

export interface GradualRolloutProps {
  /** Those whose calls may be parted between two versions. */
  flows: readonly FlowFunction[];
  /** CloudWatch namespace of the service's own metrics. */
  namespace: string;
  /** Is told of a version that fails. */
  topic: ITopic;
  /** How long a tenth of the calls has the new version: 5, 10, 15 or 30. */
  minutes: number;
}

/**
 * Has CodeDeploy change the alias of each flow: a tenth of the calls for some minutes, then all of them, and back to the version
 * before where the new one fails. CloudFormation takes the whole update back with it.
 *
 * A stack of its own, for that of the service would hold more resources than CloudFormation takes.
 */
export class GradualRollout extends NestedStack {
  constructor(scope: Construct, id: string, { flows, namespace, topic, minutes }: GradualRolloutProps) {
    super(scope, id, { description: 'Keyturn: how a new version takes over.' });
    const { ref: applicationName } = new CfnApplication(this, 'Application', { computePlatform: 'Lambda' });
    const role = this.roleFor(flows);
    for (const flow of flows) {
      const { alarmName } = makeAlarm(this, releaseAlarm(flow, namespace), topic);
      const name = constructId(flow.contract.flow);
      const { ref: group } = new CfnDeploymentGroup(this, name, {
        applicationName,
        serviceRoleArn: role.roleArn,
        deploymentConfigName: `CodeDeployDefault.LambdaCanary10Percent${minutes}Minutes`,
        deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
        alarmConfiguration: { enabled: true, alarms: [{ name: alarmName }] },
        autoRollbackConfiguration: { enabled: true, events: TAKEN_BACK_FOR },
      });
      // It is not for an alias that is made: the first deployment has nothing to part its calls with.
      (flow.live.node.defaultChild as CfnResource).cfnOptions.updatePolicy = {
        codeDeployLambdaAliasUpdate: {
          applicationName: this.told('ApplicationName', applicationName),
          deploymentGroupName: this.told(`${name}Group`, group),
        },
      };
    }
  }

  /** A value as the stack around this one has it: in an update policy the CDK would not notice that it is of another stack. */
  private told(name: string, value: string): string {
    if (!this.node.tryFindChild(name)) new CfnOutput(this, name, { value });
    return Fn.getAtt(this.logicalIdOfStack(), `Outputs.${name}`).toString();
  }

  private logicalIdOfStack(): string {
    const { nestedStackResource, nestedStackParent } = this;
    if (!nestedStackResource || !nestedStackParent) throw new Error('a nested stack is in a stack');
    return nestedStackParent.getLogicalId(nestedStackResource);
  }

  /**
   * What AWSCodeDeployRoleForLambdaLimited allows for every function of the account, without its hooks and its files in S3. IAM
   * checks a change of an alias on the function that it is of.
   *
   * @see Service Authorization Reference, "Actions, resources, and condition keys for AWS Lambda"
   */
  private roleFor(flows: readonly FlowFunction[]): Role {
    const functions = flows.map(({ lambda }) =>
      Stack.of(this).formatArn({
        service: 'lambda',
        resource: 'function',
        resourceName: lambda.functionName,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    );
    const role = new Role(this, 'Role', {
      description: 'What CodeDeploy may do to change the aliases of functions.',
      assumedBy: new ServicePrincipal('codedeploy.amazonaws.com'),
      inlinePolicies: {
        Grants: new PolicyDocument({
          statements: [
            new PolicyStatement({ actions: ['lambda:GetAlias', 'lambda:UpdateAlias'], resources: functions }),
            new PolicyStatement({
              actions: ['cloudwatch:DescribeAlarms', 'lambda:GetProvisionedConcurrencyConfig'],
              resources: ['*'],
            }),
          ],
        }),
      },
    });
    acknowledge(role, {
      'AwsSolutions-IAM5[Resource::*]': 'It asks for alarms by a list of names, and reads what no function here has.',
    });
    return role;
  }
}
