import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { parseSettings, type SettingsInput } from '../../shared/settings/settings.ts';
import { alarmsOf } from '../support/alarms.ts';
import { asText, functionsByFlow, onlyNamed, resourcesOf } from '../support/stack-view.ts';
import { synthesise, WITH_CAPTCHAS } from '../support/synthesise.ts';

const DOMAIN = {
  domainName: 'auth.bookshelf.example',
  certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/0a1b2c3d',
};

const anchorsOf = (template: Template): string[] =>
  alarmsOf(template)
    .map(({ description }) => description.split('#')[1] ?? '')
    .filter((anchor) => anchor.startsWith('canary'));
const variablesOf = (template: Template) =>
  functionsByFlow(template).get('run-canary')?.[1].Properties.Environment.Variables;
const bodyOf = (template: Template): string =>
  JSON.stringify(resourcesOf(template, 'AWS::CloudWatch::Dashboard')[0]?.[1].Properties.DashboardBody);

describe('the canary in the stack', () => {
  let template: Template;

  beforeAll(async () => {
    template = await synthesise();
  });

  it('is called each 5 minutes, and calls the API at its own address where there is no domain', () => {
    const [, { Properties: schedule }] = onlyNamed(template, 'AWS::Scheduler::Schedule', 'RunCanary');

    expect(schedule.ScheduleExpression).toBe('rate(5 minutes)');
    expect(asText(variablesOf(template).CANARY_ADDRESS)).toMatch(/^<ServiceApi\w+\.ApiEndpoint>$/);
    expect(variablesOf(template).CANARY_ADDRESS).toEqual(template.findOutputs('ApiUrl').ApiUrl?.Value);
  });

  it("calls the operator's domain where there is one, as people do", async () => {
    const withDomain = await synthesise({ settings: { deployment: DOMAIN } });

    expect(variablesOf(withDomain).CANARY_ADDRESS).toBe('https://auth.bookshelf.example');
  });

  it('has an account whose id is of this stack alone: the UUID at the end of the id of the stack', () => {
    const id = { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] };

    expect(variablesOf(template).CANARY_ACCOUNT).toEqual(id);
  });

  it('sets off an alarm when it fails three times in a row, and when it is silent', () => {
    const [alarm] = alarmsOf(template).filter(({ description }) => description.endsWith('#canary'));

    expect(alarm?.properties).toMatchObject({
      MetricName: 'CanaryFailures',
      Statistic: 'Maximum',
      Threshold: 1,
      Period: 300,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 3,
      TreatMissingData: 'breaching',
    });
    expect(anchorsOf(template)).toEqual(['canary', 'canary-mail']);
  });

  it('runs as often as the settings say, and its alarm waits as long', async () => {
    const seldom = await synthesise({ settings: { deployment: { canary: { everyMinutes: 15 } } } });

    const [, { Properties: schedule }] = onlyNamed(seldom, 'AWS::Scheduler::Schedule', 'RunCanary');
    const [alarm] = alarmsOf(seldom).filter(({ description }) => description.endsWith('#canary'));
    expect(schedule.ScheduleExpression).toBe('rate(15 minutes)');
    expect(alarm?.properties.Period).toBe(900);
  });

  it('is told of in the graph of whether people can get in', () => {
    for (const name of ['CanaryFailures', 'CanaryMailFailures', 'CanaryStepFailures']) {
      expect(bodyOf(template)).toContain(name);
    }
  });

  it('leaves nothing behind where it is switched off', async () => {
    const off = await synthesise({ settings: { deployment: { canary: { enabled: false } } } });

    expect(functionsByFlow(off).has('run-canary')).toBe(false);
    expect(resourcesOf(off, 'AWS::Scheduler::Schedule')).toHaveLength(1);
    expect(anchorsOf(off)).toEqual([]);
    expect(bodyOf(off)).not.toContain('Canary');
    expect(JSON.stringify(off.toJSON())).not.toMatch(/canary/i);
  });

  it('has no alarm for mail where captchas are always asked for, because it gets none', async () => {
    const always = await synthesise({ settings: { captcha: { ...WITH_CAPTCHAS.captcha, when: 'always' } } });
    const nearLimit = await synthesise({ settings: WITH_CAPTCHAS });

    expect([anchorsOf(always), anchorsOf(nearLimit)]).toEqual([['canary'], ['canary', 'canary-mail']]);
  });

  it.each([4, 16])('refuses runs each %i minutes, by the name of the setting', (everyMinutes) => {
    const settings: SettingsInput = {
      productName: 'Bookshelf',
      sender: 'no-reply@bookshelf.example',
      publicUrl: 'https://auth.bookshelf.example',
      deployment: { canary: { everyMinutes } },
    };

    expect(() => parseSettings(settings)).toThrow(/deployment\.canary\.everyMinutes is \d+/);
  });
});
