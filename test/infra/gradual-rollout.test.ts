import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import * as manifest from '../../functions/manifest.ts';
import type { Contract } from '../../shared/contract/contract.ts';
import { type Alarm, alarmsOf } from '../support/alarms.ts';
import { goesOff } from '../support/metric-math.ts';
import { calledBy, onlyOne, permissionsOf, type Resource, resourcesOf } from '../support/stack-view.ts';
import { synthesise, synthesiseRollout } from '../support/synthesise.ts';

const flowsOf = (isParted: boolean): string[] =>
  (Object.values(manifest) as Contract[])
    .filter(({ trigger }) => trigger !== 'authorizer' && (trigger === 'http') === isParted)
    .map(({ flow }) => flow);

describe('a gradual deployment', () => {
  let plain: Template;
  let main: Template;
  let rollout: Template;
  let alarms: Alarm[];

  beforeAll(async () => {
    [plain, main, rollout] = await Promise.all([
      synthesise(),
      synthesise({ settings: { deployment: { gradual: { enabled: true, minutes: 10 } } } }),
      synthesiseRollout(),
    ]);
    alarms = alarmsOf(rollout);
  });

  /** The flows whose alias CodeDeploy changes. */
  const partedIn = (template: Template): string[] =>
    resourcesOf(template, 'AWS::Lambda::Alias')
      .filter(([, alias]) => Object.hasOwn(alias, 'UpdatePolicy'))
      .map(([id]) => calledBy(template, { Ref: id }).replace(/ live$/, ''));

  it('is none unless the settings say so', () => {
    expect(partedIn(plain)).toEqual([]);
    expect(resourcesOf(plain, 'AWS::CloudFormation::Stack')).toEqual([]);
  });

  it('parts requests between two versions, and no stream, topic, schedule or rotation', () => {
    expect(partedIn(main).toSorted()).toEqual(flowsOf(true).toSorted());
    expect(flowsOf(false).filter((flow) => partedIn(main).includes(flow))).toEqual([]);
  });

  it('has CodeDeploy change each alias by a group of its own, a tenth first, for as long as the settings say', () => {
    const [stackId] = onlyOne(main, 'AWS::CloudFormation::Stack');
    const outputs = rollout.toJSON().Outputs as Record<string, { Value: { Ref: string } }>;

    const groups = resourcesOf(main, 'AWS::Lambda::Alias').flatMap(([, alias]) => {
      const { UpdatePolicy } = alias as Resource & {
        UpdatePolicy?: { CodeDeployLambdaAliasUpdate: { DeploymentGroupName: { 'Fn::GetAtt': [string, string] } } };
      };
      return UpdatePolicy ? [UpdatePolicy.CodeDeployLambdaAliasUpdate.DeploymentGroupName['Fn::GetAtt']] : [];
    });
    expect(new Set(groups.map(([of]) => of))).toEqual(new Set([stackId]));
    const ids = groups.map(([, output]) => outputs[output.replace(/^Outputs\./, '')]?.Value.Ref);
    expect(new Set(ids).size).toBe(flowsOf(true).length);
    for (const id of ids)
      expect(rollout.toJSON().Resources[id ?? ''].Properties).toMatchObject({
        DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent10Minutes',
        AutoRollbackConfiguration: {
          Enabled: true,
          Events: expect.arrayContaining(['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM']),
        },
      });
  });

  it('goes back on an alarm of its own flow, that looks at the new version alone', () => {
    const groups = resourcesOf(rollout, 'AWS::CodeDeploy::DeploymentGroup');

    expect(groups.length).toBe(flowsOf(true).length);
    for (const [, { Properties }] of groups) {
      const [{ Name }, ...others] = Properties.AlarmConfiguration.Alarms;
      const alarm = alarms.find(({ logicalId }) => logicalId === Name.Ref);
      expect([Properties.AlarmConfiguration.Enabled, others]).toEqual([true, []]);
      const [failed, ...ofLambda] = alarm?.metrics ?? [];
      expect(failed).toMatchObject({ name: 'VersionErrors', dimensions: { flow: expect.any(String) } });
      for (const { dimensions } of ofLambda)
        expect(dimensions).toMatchObject({
          FunctionName: expect.any(String),
          ExecutedVersion: failed?.dimensions.version,
        });
    }
  });

  it.each([
    ['is quiet while nothing fails', { crashed: 0, calls: 40 }, false],
    ['is quiet for two failures, which one person can cause', { failed: 2, crashed: 0, calls: 2 }, false],
    ['rings for three of four answers that fail', { failed: 3, crashed: 0, calls: 4 }, true],
    ['rings for crashes, of which no log line tells', { crashed: 3, calls: 20 }, true],
    ['is quiet for three of a hundred', { failed: 3, crashed: 0, calls: 100 }, false],
  ])('has an alarm that %s', (_, values, rings) => {
    const rung = alarms.map((alarm) => goesOff(alarm, values));

    expect(new Set(rung)).toEqual(new Set([rings]));
  });

  /** @asvs 13.2.2 */
  it('lets CodeDeploy change the aliases of these functions, and read', () => {
    const [role, { Properties }] = onlyOne(rollout, 'AWS::IAM::Role');

    const granted = permissionsOf(rollout, role);
    const onAll = granted.filter((permission) => permission.endsWith(' *'));
    expect(onAll.toSorted()).toEqual([
      'Allow cloudwatch:DescribeAlarms *',
      'Allow lambda:GetProvisionedConcurrencyConfig *',
    ]);
    expect(granted).toHaveLength(onAll.length + 2 * flowsOf(true).length);
    expect(new Set(granted.filter((one) => !onAll.includes(one)).map((one) => one.split(' ')[1]))).toEqual(
      new Set(['lambda:GetAlias', 'lambda:UpdateAlias']),
    );
    expect(granted.filter((one) => !onAll.includes(one) && one.includes('*'))).toEqual([]);
    expect(Properties).not.toHaveProperty('ManagedPolicyArns');
  });
});
