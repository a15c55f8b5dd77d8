import { beforeAll, describe, expect, it } from '@jest/globals';
import type { SettingsInput } from '../../shared/settings/settings.ts';
import { type AppRun, runApp } from '../support/run-app.ts';

const settings: SettingsInput = {
  productName: 'Bookshelf',
  sender: 'no-reply@bookshelf.at',
  publicUrl: 'https://auth.bookshelf.at',
  deployment: {
    domainName: 'auth.bookshelf.at',
    certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d',
    edge: { enabled: true, requestsPer5Minutes: 1234 },
  },
};

interface Rule {
  Name: string;
  Priority: number;
  Action?: { Block?: { CustomResponse?: { ResponseCode: number } } };
  OverrideAction?: object;
  Statement: {
    RateBasedStatement?: object;
    ManagedRuleGroupStatement?: { Name: string; RuleActionOverrides?: { Name: string; ActionToUse: object }[] };
  };
  VisibilityConfig: { CloudWatchMetricsEnabled: boolean; SampledRequestsEnabled: boolean };
}

describe('the stack of the edge', () => {
  let run: AppRun;
  beforeAll(async () => {
    run = await runApp(settings, 'eu-west-1');
  });

  const resourceOf = (stack: string, type: string) =>
    Object.values(run.templates[stack]?.Resources ?? {}).find(({ Type }) => Type === type)?.Properties ?? {};
  const acl = () =>
    resourceOf('KeyturnEdge', 'AWS::WAFv2::WebACL') as { Scope: string; Rules: Rule[] } & Pick<
      Rule,
      'VisibilityConfig'
    >;

  it('satisfies cdk-nag and the validation of CloudFormation, with the service behind it', () => {
    expect(run).toMatchObject({ code: 0 });
    expect(Object.keys(run.templates).toSorted()).toEqual(['Keyturn', 'KeyturnEdge']);
  });

  it('is in us-east-1, where CloudFront looks for it, wherever the service is', () => {
    const { DistributionConfig } = resourceOf('Keyturn', 'AWS::CloudFront::Distribution');

    expect(acl().Scope).toBe('CLOUDFRONT');
    expect(DistributionConfig).toMatchObject({
      WebACLId: { 'Fn::GetStackOutput': { StackName: 'KeyturnEdge', Region: 'us-east-1' } },
    });
  });

  it('holds back an address that sends too much, before all else, by the address that CloudFront sees', () => {
    const [first] = acl().Rules.toSorted((a, b) => a.Priority - b.Priority);

    expect(first?.Statement.RateBasedStatement).toEqual({
      AggregateKeyType: 'IP',
      EvaluationWindowSec: 300,
      Limit: 1234,
    });
    expect(first?.Action?.Block?.CustomResponse?.ResponseCode).toBe(429);
  });

  it("asks Amazon's rule sets, and lets none of them judge a body: a password may look like anything", () => {
    const groups = acl().Rules.flatMap(({ Statement: { ManagedRuleGroupStatement: group } }) => (group ? [group] : []));
    const overrides = groups.flatMap(({ RuleActionOverrides = [] }) => RuleActionOverrides);

    expect(groups.map(({ Name }) => Name)).toEqual([
      'AWSManagedRulesAmazonIpReputationList',
      'AWSManagedRulesCommonRuleSet',
      'AWSManagedRulesKnownBadInputsRuleSet',
    ]);
    expect(overrides.map(({ Name }) => Name).toSorted()).toEqual([
      'CrossSiteScripting_BODY',
      'EC2MetaDataSSRF_BODY',
      'GenericLFI_BODY',
      'GenericRFI_BODY',
      'JavaDeserializationRCE_BODY',
      'Log4JRCE_BODY',
      'ReactJSRCE_BODY',
      'SizeRestrictions_BODY',
    ]);
    expect(overrides.map(({ ActionToUse }) => ActionToUse)).toEqual(overrides.map(() => ({ Count: {} })));
  });

  it('counts what it does, and keeps no request: there are tokens in the headers', () => {
    const kept = [acl(), ...acl().Rules].map(({ VisibilityConfig }) => VisibilityConfig);

    expect(kept).toEqual(
      kept.map(() => expect.objectContaining({ CloudWatchMetricsEnabled: true, SampledRequestsEnabled: false })),
    );
  });

  it('needs to know the region, and says so', async () => {
    const { code, output } = await runApp(settings);

    expect(code).not.toBe(0);
    expect(output).toContain('the region must be known then; set AWS_REGION');
  });
});
