import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import {
  type LastingResources,
  lastingResourcesOf,
  replacementsOf,
} from '../../scripts/kept-resources/lasting-resources.ts';
import { VARIANTS } from '../../scripts/lint-templates/variants.ts';
import { resourcesOf } from '../support/stack-view.ts';
import { synthesise } from '../support/synthesise.ts';

const LIST = new URL('kept-resources.json', import.meta.url);
const AT = {
  env: { account: '111122223333', region: 'eu-central-1' },
  webAclArn: 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/Keyturn/0a1b2c3d',
};

/** The logical ids that a value of a template names. */
const namedIn = (value: unknown): string[] =>
  [...JSON.stringify(value).matchAll(/"(?:Ref":|Fn::GetAtt":\[)"([^":]+)"/g)].map(([, id = '']) => id);

describe('an update of a stack that is there', () => {
  let templates: Template[];
  let kept: LastingResources;
  let now: LastingResources;

  beforeAll(async () => {
    templates = await Promise.all(Object.values(VARIANTS).map((settings) => synthesise({ settings, ...AT })));
    kept = JSON.parse(readFileSync(LIST, 'utf8'));
    now = Object.assign({}, ...templates.map((template) => lastingResourcesOf(template.toJSON() as never)));
  });

  it('replaces no table, key, secret, log, queue, topic, function, mapping or address of a release before', () => {
    expect(replacementsOf(kept, now)).toEqual([]);
  });

  it('goes by a list that has all of this release, for the next one: "npm run kept-resources" adds what is new', () => {
    expect(Object.keys(now).filter((id) => !Object.hasOwn(kept, id))).toEqual([]);
  });

  /** Of a version CloudFormation knows the logical id alone: were a queue replaced, the version would go on with the address of the one before. */
  it('leaves every resource where it is that a variable of a function names', () => {
    const named = templates.flatMap((template) =>
      resourcesOf(template, 'AWS::Lambda::Function').flatMap(([, { Properties }]) =>
        namedIn(Properties.Environment ?? {}),
      ),
    );

    expect(named.length).toBeGreaterThan(0);
    expect([...new Set(named)].filter((id) => !Object.hasOwn(kept, id))).toEqual([]);
  });

  it.each([
    [
      'another logical id',
      { Other: 'Accounts' },
      'Accounts (AWS::DynamoDB::GlobalTable) is gone, or has another logical id',
    ],
    [
      'another type',
      { Accounts: { Type: 'AWS::SQS::Queue' } },
      'Accounts (AWS::DynamoDB::GlobalTable) has become AWS::SQS::Queue',
    ],
    [
      'a property that can not be changed in place',
      { Accounts: { Properties: { KeySchema: ['sk'] } } },
      'Accounts (AWS::DynamoDB::GlobalTable) is replaced, for KeySchema changes',
    ],
    [
      'one more of them',
      { Accounts: { Properties: { KeySchema: ['pk'], TableName: 'accounts' } } },
      'Accounts (AWS::DynamoDB::GlobalTable) is replaced, for TableName changes',
    ],
  ])('would be refused, of a table with %s', (_, change, complaint) => {
    const table = { Type: 'AWS::DynamoDB::GlobalTable', Properties: { KeySchema: ['pk'], BillingMode: 'A' } };
    const before = lastingResourcesOf({ Resources: { Accounts: table } });
    const changed = Object.entries(change).map(([id, to]) => [
      id,
      to === 'Accounts' ? table : { ...table, ...(to as object) },
    ]);

    const after = lastingResourcesOf({ Resources: Object.fromEntries(changed) });

    expect(replacementsOf(before, after)).toEqual([`${complaint}: that loses its rows`]);
  });

  it('may change in place what CloudFormation can', () => {
    const table = { Type: 'AWS::DynamoDB::GlobalTable', Properties: { KeySchema: ['pk'], BillingMode: 'A' } };
    const before = lastingResourcesOf({ Resources: { Accounts: table } });
    const billedOtherwise = { ...table, Properties: { ...table.Properties, BillingMode: 'B' } };

    expect(replacementsOf(before, lastingResourcesOf({ Resources: { Accounts: billedOtherwise } }))).toEqual([]);
  });
});
