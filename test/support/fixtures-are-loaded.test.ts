import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { DynamoDBStreamEvent, SecretsManagerRotationEvent } from 'aws-lambda';
import * as manifest from '../../functions/manifest.ts';
import type { Contract } from '../../shared/contract/contract.ts';
import { everyRoute, fixtureNames, httpContracts, httpFixtureNames } from './fixtures.ts';
import { loadEvent } from './load-event.ts';

const tests = new URL('../', import.meta.url);

const sources = readdirSync(tests, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(new URL(file, tests), 'utf8'))
  .join('\n');

const flowOf = (fixture: string): string => fixture.split('/')[0] ?? '';

describe('the fixtures', () => {
  it.each(fixtureNames())('include none that no test loads: %s', (name) => {
    expect(sources).toContain(`'${name}'`);
  });

  it('belong to flows that there are', () => {
    const flows = (Object.values(manifest) as Contract[]).map(({ flow }) => flow);

    expect(fixtureNames().filter((name) => !flows.includes(flowOf(name)))).toEqual([]);
  });

  it('call every route of the manifest', () => {
    const routes = httpContracts.flatMap((contract) => contract.routes.map(({ method, path }) => `${method} ${path}`));

    expect(everyRoute().map(({ routeKey }) => routeKey)).toEqual(routes);
  });

  it.each(httpFixtureNames())('are as API Gateway sends them: %s', (name) => {
    const event = loadEvent(name);
    const contract = httpContracts.find(({ flow }) => flow === flowOf(name));

    const { http, routeKey } = event.requestContext;
    expect(contract?.routes.map(({ method, path }) => `${method} ${path}`)).toContain(event.routeKey);
    expect([routeKey, http.path, `${http.method} `]).toEqual([
      event.routeKey,
      event.rawPath,
      event.routeKey.replace(/\/.*/, ''),
    ]);
    expect(event.version).toBe('2.0');
    expect(Object.keys(event.headers).filter((header) => header !== header.toLowerCase())).toEqual([]);
    expect(event.headers).not.toHaveProperty('cookie');
    if (event.body !== undefined) {
      const bytes = Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8');
      expect(event.headers['content-length']).toBe(String(bytes.length));
      expect(event.isBase64Encoded).toBe(!event.headers['content-type']?.includes('json'));
    }
  });

  it.each(fixtureNames().filter((name) => name.startsWith('deliver-messages/')))(
    'are as a stream sends them: %s',
    (name) => {
      for (const record of loadEvent<DynamoDBStreamEvent>(name).Records) {
        expect(record).toMatchObject({ eventSource: 'aws:dynamodb', dynamodb: { StreamViewType: 'KEYS_ONLY' } });
        expect(record.dynamodb).not.toHaveProperty('NewImage');
        expect(record.dynamodb?.Keys?.sk?.S).toBe('INTENT');
      }
    },
  );

  it.each(fixtureNames().filter((name) => name.startsWith('rotate-keyring/')))(
    'are as Secrets Manager sends them: %s',
    (name) => {
      const step = name.split('/')[1]?.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

      expect(loadEvent<SecretsManagerRotationEvent>(name)).toEqual({
        Step: step,
        SecretId: expect.stringMatching(/^arn:aws:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-\w{6}$/),
        ClientRequestToken: expect.stringMatching(/^[\w-]{32,64}$/),
      });
    },
  );
});
