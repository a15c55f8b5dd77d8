import { describe, expect, it } from '@jest/globals';
import * as manifest from '../../functions/manifest.ts';
import type { Contract, TableName } from '../../shared/contract/contract.ts';
import { environmentVariablesOf, loadConfig, TABLE_VARIABLES } from '../../shared/settings/config.ts';
import { settingsFor } from '../../shared/settings/contract-settings.ts';
import { parseSettings } from '../../shared/settings/settings.ts';

const contracts: Contract[] = Object.values(manifest);

const SETTINGS = parseSettings({
  productName: 'Bookshelf',
  sender: 'no-reply@bookshelf.example',
  publicUrl: 'https://auth.bookshelf.example',
});

const COMPLETE: Readonly<Record<string, string>> = {
  KEYTURN_SETTINGS: JSON.stringify(SETTINGS),
  METRICS_NAMESPACE: 'Keyturn/the-stack',
  KEYRING: 'file:/keyring.json',
  SES_CONFIGURATION_SET: 'the-set',
  DEAD_LETTERS: 'file:/dead-letters.jsonl',
  TOPIC: 'arn:aws:sns:eu-west-1:123456789012:the-topic',
  ORIGIN_SECRETS: 'the-newest,the-one-before',
  CANARY_ACCOUNT: '51af3dc0-da77-11e4-872e-1234567890ab',
  CANARY_ADDRESS: 'https://auth.bookshelf.example',
  ACCOUNTS_TABLE: 'the-accounts',
  CREDENTIALS_TABLE: 'the-credentials',
  TOKENS_TABLE: 'the-tokens',
  OUTBOX_TABLE: 'the-outbox',
};

/** An environment that records which variables are read. */
const watched = (environment: NodeJS.ProcessEnv) => {
  const read = new Set<string>();
  const proxy = new Proxy(environment, {
    get: (target, name) => {
      read.add(String(name));
      return target[String(name)];
    },
  });
  return { read, environment: proxy };
};

describe('config', () => {
  it.each(contracts)('reads for $flow exactly the variables that its contract asks for', (contract) => {
    const { read, environment } = watched({ ...COMPLETE });

    loadConfig(contract, environment);

    expect([...read].toSorted()).toEqual(environmentVariablesOf(contract, {}).toSorted());
  });

  it.each(contracts)('gives $flow the tables that its contract names, and no other', (contract) => {
    const { tables, settings, keyring, metricsNamespace, configurationSet, deadLetters, originSecrets } = loadConfig(
      contract,
      {
        ...COMPLETE,
      },
    );

    const named = Object.keys(contract.tables) as TableName[];
    expect(tables).toEqual(Object.fromEntries(named.map((table) => [table, COMPLETE[TABLE_VARIABLES[table]]])));
    expect(settings).toEqual(settingsFor(contract, SETTINGS));
    expect(keyring).toBe(contract.keyring ? COMPLETE.KEYRING : null);
    expect(metricsNamespace).toBe('Keyturn/the-stack');
    expect(configurationSet).toBe(contract.mail ? 'the-set' : null);
    expect(deadLetters).toBe(contract.trigger === 'stream' ? COMPLETE.DEAD_LETTERS : null);
    expect(originSecrets).toEqual(contract.trigger === 'authorizer' ? ['the-newest', 'the-one-before'] : null);
  });

  it.each(contracts)('does not let $flow start without one of them, and says which', (contract) => {
    for (const name of environmentVariablesOf(contract, {})) {
      for (const value of [undefined, '']) {
        expect(() => loadConfig(contract, { ...COMPLETE, [name]: value })).toThrow(
          `${contract.flow} can't start: set the environment variables ${name}`,
        );
      }
    }
  });

  it('starts with no settings that the stack would have refused', () => {
    const { deliverMessages } = manifest;

    expect(() => loadConfig(deliverMessages, { ...COMPLETE, KEYTURN_SETTINGS: '{"productName":"x"}' })).toThrow(
      /sender/,
    );
  });
});

describe('config with captchas', () => {
  const SWITCHED_ON = { ...SETTINGS, captcha: { ...SETTINGS.captcha, enabled: true, siteKey: 'a-site-key' } };
  const ENVIRONMENT = {
    ...COMPLETE,
    KEYTURN_SETTINGS: JSON.stringify(SWITCHED_ON),
    CAPTCHA_SECRET: 'arn:of-the-secret',
  };

  it.each(contracts)('reads for $flow where the secret is, if it asks for captchas', (contract) => {
    const asks = contract.trigger === 'http' && contract.captcha === true;
    const { read, environment } = watched({ ...ENVIRONMENT });

    const { captchaSecret } = loadConfig(contract, environment);

    expect(captchaSecret).toBe(asks ? 'arn:of-the-secret' : null);
    expect([...read].toSorted()).toEqual(environmentVariablesOf(contract, SWITCHED_ON).toSorted());
    expect(read.has('CAPTCHA_SECRET')).toBe(asks);
  });

  it('does not start without', () => {
    const { CAPTCHA_SECRET: _, ...others } = ENVIRONMENT;

    expect(() => loadConfig(manifest.signUp, others)).toThrow(
      "sign-up can't start: set the environment variables CAPTCHA_SECRET",
    );
  });
});

describe('config with trusted callers', () => {
  const SWITCHED_ON = { ...SETTINGS, trustedCallers: [{ id: 'web', secretGeneration: 2 }] };
  const ENVIRONMENT = {
    ...COMPLETE,
    KEYTURN_SETTINGS: JSON.stringify(SWITCHED_ON),
    CALLER_SECRETS: 'web/2=arn:of-the-newest web/1=file:///a%20place/of=the-one-before',
  };

  it.each(contracts)('reads for $flow where their secrets are, if its limits count by source', (contract) => {
    const reads = contract.trigger === 'http' && (contract.settings ?? []).some((name) => name.startsWith('limits.'));
    const { read, environment } = watched({ ...ENVIRONMENT });

    const { callerSecrets } = loadConfig(contract, environment);

    expect([...(callerSecrets ?? [])]).toEqual(
      reads
        ? [
            ['web/2', 'arn:of-the-newest'],
            ['web/1', 'file:///a%20place/of=the-one-before'],
          ]
        : [],
    );
    expect([...read].toSorted()).toEqual(environmentVariablesOf(contract, SWITCHED_ON).toSorted());
    expect(read.has('CALLER_SECRETS')).toBe(reads);
  });

  it('does not start without', () => {
    const { CALLER_SECRETS: _, ...others } = ENVIRONMENT;

    expect(() => loadConfig(manifest.signUp, others)).toThrow(
      "sign-up can't start: set the environment variables CALLER_SECRETS",
    );
  });
});
