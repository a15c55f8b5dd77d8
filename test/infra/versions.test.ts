import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { VARIANTS } from '../../scripts/lint-templates/variants.ts';
import type { SettingsInput } from '../../shared/settings/settings.ts';
import { asText, calledBy, functionsByFlow, resourcesOf } from '../support/stack-view.ts';
import { synthesise } from '../support/synthesise.ts';

const AT = {
  env: { account: '111122223333', region: 'eu-central-1' },
  webAclArn: 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/Keyturn/0a1b2c3d',
};
/** @see CloudFormation user guide, "Understand CloudFormation quotas" */
const MOST_RESOURCES = 500;

/**
 * What knows a function itself: a version and an alias of it, what names its alias beside it, what changes its alias, and
 * what shows or watches all of its versions together.
 */
const OF_ALL_VERSIONS = new Set([
  'AWS::Lambda::Version',
  'AWS::Lambda::Alias',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::CloudFormation::Stack',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
]);

/** The logical ids of the versions, by flow. */
const versionsOf = (template: Template): Map<string, string> => {
  const versions = resourcesOf(template, 'AWS::Lambda::Version');
  return new Map(
    [...functionsByFlow(template)].map(([flow, [functionId]]) => [
      flow,
      versions.find(([, { Properties }]) => Properties.FunctionName.Ref === functionId)?.[0] ?? 'none',
    ]),
  );
};

/** The flows of which a stack with these settings has another version. */
const renewedBy = async (before: Template, settings: Partial<SettingsInput>): Promise<string[]> => {
  const now = versionsOf(await synthesise({ settings }));
  return [...versionsOf(before)].filter(([flow, id]) => now.get(flow) !== id).map(([flow]) => flow);
};

describe('what is called', () => {
  let plain: Template;
  let all: Template;

  beforeAll(async () => {
    [plain, all] = await Promise.all([synthesise(), synthesise({ settings: VARIANTS.all, ...AT })]);
  });

  it('is the version of this release, by an alias that each flow has', () => {
    const live = resourcesOf(all, 'AWS::Lambda::Alias').filter(([, { Properties }]) => Properties.Name === 'live');

    const versions = versionsOf(all);
    const flows = [...functionsByFlow(all).keys()].toSorted();
    expect(live.map(([id]) => calledBy(all, { Ref: id })).toSorted()).toEqual(flows.map((flow) => `${flow} live`));
    for (const [id, { Properties }] of live) {
      const [flow = ''] = calledBy(all, { Ref: id }).split(' ');
      expect(asText(Properties.FunctionVersion)).toBe(`<${versions.get(flow)}.Version>`);
    }
  });

  it('is never $LATEST: nothing else in the stack knows a function, not a route, a stream, a topic, a schedule or a permission', () => {
    const functionIds = resourcesOf(all, 'AWS::Lambda::Function').map(([id]) => id);
    const { Resources } = all.toJSON() as { Resources: Record<string, { Type: string; Properties?: object }> };

    const knowing = Object.entries(Resources)
      .filter(([, { Type }]) => !OF_ALL_VERSIONS.has(Type))
      .filter(([, { Properties = {} }]) => {
        const text = JSON.stringify(Properties);
        return functionIds.some((id) => text.includes(`"Ref":"${id}"`) || text.includes(`"Fn::GetAtt":["${id}"`));
      });

    expect(functionIds.length).toBeGreaterThan(0);
    expect(knowing.map(([id]) => id)).toEqual([]);
    for (const [, { Properties }] of resourcesOf(all, 'AWS::Lambda::EventInvokeConfig'))
      expect(calledBy(all, Properties.Qualifier)).toMatch(/^[a-z-]+ live$/);
    expect(JSON.stringify(Resources)).not.toContain('$LATEST');
  });

  it('stays there beside the next one, which calls that are under way would not find otherwise, and goes with a deployment that failed', () => {
    const policies = resourcesOf(all, 'AWS::Lambda::Version').map(
      ([, { DeletionPolicy, UpdateReplacePolicy }]) => `${DeletionPolicy} ${UpdateReplacePolicy}`,
    );

    expect(new Set(policies)).toEqual(new Set(['RetainExceptOnCreate Retain']));
  });

  it('may be called by API Gateway before a route or a guard leads to it', () => {
    const { Resources } = all.toJSON();
    const called = ['AWS::ApiGatewayV2::Integration', 'AWS::ApiGatewayV2::Authorizer'].flatMap((type) =>
      resourcesOf(all, type).map(([id, { Properties }]) => [id, Properties.IntegrationUri ?? Properties.AuthorizerUri]),
    );

    const unready = called.filter(([id, uri]) => {
      const before = [Resources[id].DependsOn ?? []].flat().map((dependency) => Resources[dependency]);
      return !before.some(
        ({ Type, Properties }) =>
          Type === 'AWS::Lambda::Permission' && calledBy(all, Properties.FunctionName) === calledBy(all, uri),
      );
    });
    expect(called.length).toBeGreaterThan(0);
    expect(unready).toEqual([]);
  });

  it('is another version where code or settings are others', async () => {
    const renamed = await renewedBy(plain, { productName: 'Another Name' });

    expect(renamed).toContain('sign-in');
    expect(await renewedBy(plain, {})).toEqual([]);
  });

  it('is the same version where only grants, logs or alarms are others', async () => {
    const deployment = { grantsByRow: false, logRetentionDays: 30, alarmEmail: 'on-call@bookshelf.example' } as const;

    expect(await renewedBy(plain, { deployment })).toEqual([]);
  });

  it('leaves the stack, with all that settings add, below what CloudFormation takes', async () => {
    const deployed = await synthesise({ settings: VARIANTS.all, apart: true, ...AT });

    expect(Object.keys(deployed.toJSON().Resources).length).toBeLessThanOrEqual(MOST_RESOURCES);
  });
});
