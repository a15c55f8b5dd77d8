import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import * as manifest from '../../functions/manifest.ts';
import type { Contract } from '../../shared/contract/contract.ts';
import { environmentVariablesOf } from '../../shared/settings/config.ts';
import { runApp } from '../support/run-app.ts';
import {
  functionsByFlow,
  idsBesideVersions,
  permissionsOf,
  type Resource,
  resourcesOf,
} from '../support/stack-view.ts';
import { synthesise } from '../support/synthesise.ts';
import { NAMED_ADDRESS_FLOWS } from '../support/trusted-caller.ts';

const contracts = (Object.values(manifest) as Contract[]).filter(({ trigger }) => trigger !== 'authorizer');
const SECRET = 'AWS::SecretsManager::Secret';
const CALLERS = { trustedCallers: [{ id: 'web', secretGeneration: 2 }, { id: 'kiosk' }] };
const KEYS = ['web/2', 'web/1', 'kiosk/1'];

describe('trusted callers in the stack', () => {
  let off: Template;
  let on: Template;
  /** Logical ids of the secrets, by the key that each is for. */
  let secretIds: ReadonlyMap<string, string>;

  beforeAll(async () => {
    [off, on] = await Promise.all([synthesise(), synthesise({ settings: CALLERS })]);
    const described = resourcesOf(on, SECRET).map(
      ([id, { Properties }]) => [id, String(Properties.Description)] as const,
    );
    secretIds = new Map(
      KEYS.map((key) => [key, described.find(([, text]) => text.includes(`signs with as ${key}.`))?.[0] ?? '']),
    );
  });

  const functionOf = (template: Template, flow: string): Resource => {
    const [, made] = functionsByFlow(template).get(flow) ?? [];
    if (!made) throw new Error(`no function of ${flow}`);
    return made;
  };
  const permissionsIn = (template: Template, flow: string) =>
    permissionsOf(template, functionOf(template, flow).Properties.Role['Fn::GetAtt'][0]);
  const added = (later: Template, before: Template): string[] => {
    const ids = idsBesideVersions(before);
    return [...idsBesideVersions(later)].filter((id) => !ids.has(id));
  };

  it('add a secret for each key that is good, an output for each caller, and nothing else', () => {
    expect(new Set(added(on, off))).toEqual(new Set(secretIds.values()));
    expect(secretIds.size).toBe(3);
    expect(added(off, on)).toEqual([]);
    expect(on.findOutputs('TrustedCallerWebSecretArn').TrustedCallerWebSecretArn?.Value).toEqual({
      Ref: secretIds.get('web/2'),
    });
    expect(on.findOutputs('TrustedCallerKioskSecretArn').TrustedCallerKioskSecretArn?.Value).toEqual({
      Ref: secretIds.get('kiosk/1'),
    });
  });

  it('are in no word of the template while there are none', () => {
    expect(JSON.stringify(off.toJSON())).not.toMatch(/trustedCaller|TrustedCaller|CALLER_SECRETS/);
  });

  /** @asvs 13.3.1, 13.3.2 */
  it.each(contracts)('let $flow read the secrets if its limits count by source, and no other', ({ flow }) => {
    const permitted = permissionsIn(on, flow).filter((one) => !permissionsIn(off, flow).includes(one));

    const wanted = NAMED_ADDRESS_FLOWS.includes(flow)
      ? [...secretIds.values()].map((id) => `Allow secretsmanager:GetSecretValue <${id}>`)
      : [];
    expect(permitted.toSorted()).toEqual(wanted.toSorted());
  });

  /** @asvs 13.3.1 */
  it.each(contracts)(
    'tell $flow where the secrets are if its limits count by source, and never what they are',
    (one) => {
      const { Variables: variables } = functionOf(on, one.flow).Properties.Environment;
      const reads = NAMED_ADDRESS_FLOWS.includes(one.flow);

      expect(new Set(Object.keys(variables))).toEqual(new Set(environmentVariablesOf(one, CALLERS)));
      const place = KEYS.flatMap((key, index) => [`${index === 0 ? '' : ' '}${key}=`, { Ref: secretIds.get(key) }]);
      expect(variables.CALLER_SECRETS).toEqual(reads ? { 'Fn::Join': ['', place] } : undefined);
      expect(JSON.parse(variables.KEYTURN_SETTINGS).trustedCallers).toEqual(
        reads
          ? [
              { id: 'web', secretGeneration: 2 },
              { id: 'kiosk', secretGeneration: 1 },
            ]
          : undefined,
      );
    },
  );

  it('have secrets of 64 letters and digits that Secrets Manager makes, and that no template holds', () => {
    for (const id of secretIds.values()) {
      const { SecretString, GenerateSecretString } = on.toJSON().Resources[id].Properties;
      expect(SecretString).toBeUndefined();
      expect(GenerateSecretString).toEqual({ PasswordLength: 64, ExcludePunctuation: true });
    }
  });

  it('keep the key before at a rotation, and take away the one before that', async () => {
    const next = await synthesise({
      settings: { trustedCallers: [{ id: 'web', secretGeneration: 3 }, { id: 'kiosk' }] },
    });

    expect(added(next, on)).toHaveLength(1);
    expect(added(on, next)).toEqual([secretIds.get('web/1')]);
  });

  it.each([
    [[{ id: 'Web' }], /trustedCallers\.0\.id is "Web": must be 1 to 20 of a-z 0-9/],
    [[{ id: 'web' }, { id: 'web', secretGeneration: 2 }], /trustedCallers is .*: must name each caller once/],
    [[{ id: 'web', secretGeneration: 0 }], /trustedCallers\.0\.secretGeneration is 0: must be at least 1/],
    [['a', 'b', 'c', 'd'].map((id) => ({ id })), /trustedCallers is .*: must be at most 3/],
    [[{ id: 'web', secret: 'x' }], /trustedCallers\.0 is .*: has no key secret/],
  ])('refuse %j at synthesis', async (trustedCallers, message) => {
    await expect(synthesise({ settings: { trustedCallers } })).rejects.toThrow(message);
  });

  it('satisfy cdk-nag', async () => {
    const given = {
      productName: 'Bookshelf',
      sender: 'no-reply@bookshelf.example',
      publicUrl: 'https://auth.bookshelf.example',
    };

    const { code, output } = await runApp({ ...given, ...CALLERS });

    expect(output).not.toMatch(/SMG4/);
    expect(code).toBe(0);
  });
});
