import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import * as manifest from '../../functions/manifest.ts';
import type { Contract } from '../../shared/contract/contract.ts';
import { environmentVariablesOf } from '../../shared/settings/config.ts';
import { alarmsOf } from '../support/alarms.ts';
import { runApp } from '../support/run-app.ts';
import { CAPTCHA_FLOWS } from '../support/solving-world.ts';
import {
  functionsByFlow,
  idsBesideVersions,
  permissionsOf,
  type Resource,
  resourcesOf,
} from '../support/stack-view.ts';
import { synthesise, WITH_CAPTCHAS } from '../support/synthesise.ts';

const contracts = (Object.values(manifest) as Contract[]).filter(({ trigger }) => trigger !== 'authorizer');
const SECRET = 'AWS::SecretsManager::Secret';

describe('captchas in the stack', () => {
  let off: Template;
  let on: Template;
  /** Logical id of the secret. */
  let secretId: string;

  beforeAll(async () => {
    [off, on] = await Promise.all([synthesise(), synthesise({ settings: WITH_CAPTCHAS })]);
    const before = new Set(resourcesOf(off, SECRET).map(([id]) => id));
    secretId = resourcesOf(on, SECRET).find(([id]) => !before.has(id))?.[0] ?? '';
  });

  const functionOf = (template: Template, flow: string): Resource => {
    const [, made] = functionsByFlow(template).get(flow) ?? [];
    if (!made) throw new Error(`no function of ${flow}`);
    return made;
  };
  const permissionsIn = (template: Template, flow: string) =>
    permissionsOf(template, functionOf(template, flow).Properties.Role['Fn::GetAtt'][0]);

  it('add a secret, an alarm and an output, and nothing else', () => {
    const [idsOn, idsOff] = [idsBesideVersions(on), idsBesideVersions(off)];
    const added = [...idsOn].filter((id) => !idsOff.has(id));

    const types: string[] = added.map((id) => on.toJSON().Resources[id].Type);
    expect(types.toSorted()).toEqual(['AWS::CloudWatch::Alarm', 'AWS::SecretsManager::Secret']);
    expect([...idsOff].filter((id) => !idsOn.has(id))).toEqual([]);
    expect(on.findOutputs('CaptchaSecretArn').CaptchaSecretArn?.Value).toEqual({ Ref: secretId });
    expect(off.findOutputs('CaptchaSecretArn')).toEqual({});
  });

  /** @asvs 13.3.1, 13.3.2 */
  it.each(contracts)('let $flow read the secret if its contract asks for captchas, and no other', ({ flow }) => {
    const added = permissionsIn(on, flow).filter((one) => !permissionsIn(off, flow).includes(one));

    const wanted = CAPTCHA_FLOWS.includes(flow) ? [`Allow secretsmanager:GetSecretValue <${secretId}>`] : [];
    expect(added).toEqual(wanted);
  });

  /** @asvs 13.3.1 */
  it.each(contracts)(
    'tell $flow where the secret is if its contract asks for captchas, and never what it is',
    (one) => {
      const { Variables: variables } = functionOf(on, one.flow).Properties.Environment;

      expect(new Set(Object.keys(variables))).toEqual(
        new Set(environmentVariablesOf(one, { captcha: { enabled: true } })),
      );
      expect(variables.CAPTCHA_SECRET).toEqual(CAPTCHA_FLOWS.includes(one.flow) ? { Ref: secretId } : undefined);
      // The canary knows that it may be asked for one.
      expect(JSON.parse(variables.KEYTURN_SETTINGS).captcha).toEqual(
        [...CAPTCHA_FLOWS, 'run-canary'].includes(one.flow) ? { enabled: true, siteKey: 'a-site-key' } : undefined,
      );
    },
  );

  it('keep a placeholder in the secret until the operator puts a value there, and keep it with the data', async () => {
    const thrownAway = await synthesise({ settings: { ...WITH_CAPTCHAS, deployment: { retainData: false } } });
    const secretIn = (template: Template) => template.toJSON().Resources[secretId];

    const { SecretString, GenerateSecretString } = secretIn(on).Properties;
    expect(SecretString).toBeUndefined();
    expect(GenerateSecretString).toEqual({ SecretStringTemplate: '{}', GenerateStringKey: 'placeholder' });
    expect(secretIn(on).DeletionPolicy).toBe('RetainExceptOnCreate');
    expect(secretIn(thrownAway).DeletionPolicy).toBe('Delete');
  });

  it('have an alarm for requests that are not verified, and are in no graph while they are off', () => {
    const [alarm] = alarmsOf(on).filter(({ description }) => description.endsWith('#captcha-unverified'));

    expect(alarm?.metrics).toEqual([
      { id: '', namespace: 'Keyturn/Keyturn', name: 'CaptchaChecksMissed', dimensions: {} },
    ]);
    expect(JSON.stringify(off.toJSON())).not.toMatch(/captcha/i);
  });

  it("satisfy cdk-nag, and say at synthesis which hosted page can't be used then", async () => {
    const given = {
      productName: 'Bookshelf',
      sender: 'no-reply@bookshelf.example',
      publicUrl: 'https://auth.bookshelf.example',
    };

    const { code, output } = await runApp({ ...given, ...WITH_CAPTCHAS });

    expect(output).toMatch(/keyturn\.captcha is enabled, and the hosted page \/ui\/remove-number shows no captcha/);
    expect(code).toBe(0);
  });
});
