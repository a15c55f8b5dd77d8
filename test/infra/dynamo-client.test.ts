import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import * as manifest from '../../functions/manifest.ts';
import { FlowFunction } from '../../infra/constructs/flow-function.ts';
import type { Contract } from '../../shared/contract/contract.ts';
import { environmentVariablesOf, loadConfig } from '../../shared/settings/config.ts';
import { builtBundles } from '../support/built-bundles.ts';
import { loadEvent } from '../support/load-event.ts';
import { functionsByFlow } from '../support/stack-view.ts';
import { synthesise } from '../support/synthesise.ts';

const contracts = (Object.values(manifest) as Contract[]).filter(({ trigger }) => trigger !== 'authorizer');

const hasTables = ({ tables }: Contract): boolean => Object.keys(tables).length > 0;

describe("the SDK's client of DynamoDB", () => {
  const scratch = mkdtempSync(join(tmpdir(), 'keyturn-dynamo-client-'));
  afterAll(() => rmSync(scratch, { recursive: true }));
  beforeAll(builtBundles);

  const codes = new Map<string, string>();

  /** What is uploaded as the code of check-reset-token. */
  const codeOf = (dynamo: 'own' | 'sdk'): string => {
    const known = codes.get(dynamo) ?? uploaded(dynamo);
    codes.set(dynamo, known);
    return known;
  };

  const uploaded = (dynamo: 'own' | 'sdk'): string => {
    const outdir = join(scratch, dynamo);
    const app = new App({ outdir, analyticsReporting: false });
    const stack = new Stack(app, 'Throwaway');
    new FlowFunction(stack, 'It', {
      contract: manifest.checkResetToken,
      dynamo,
      tracing: false,
      logRetentionDays: 1,
      retainData: false,
    });
    app.synth();
    const assets = readdirSync(outdir).filter((name) => existsSync(join(outdir, name, 'index.js')));
    expect(assets).toHaveLength(1);
    return join(outdir, assets[0] ?? '');
  };

  it('is named to the functions with tables where an operator asks for it, and to none otherwise', async () => {
    const [own, sdk] = await Promise.all([synthesise(), synthesise({ settings: { dynamo: 'sdk' } })]);

    for (const contract of contracts) {
      const variablesIn = (template: typeof own): Record<string, unknown> =>
        functionsByFlow(template).get(contract.flow)?.[1].Properties.Environment.Variables;
      const given = variablesIn(sdk);
      expect(new Set(Object.keys(given))).toEqual(new Set(environmentVariablesOf(contract, { dynamo: 'sdk' })));
      expect(given.DYNAMO_CLIENT).toBe(hasTables(contract) ? 'sdk' : undefined);
      expect(variablesIn(own)).not.toHaveProperty('DYNAMO_CLIENT');
    }
  });

  it('is beside the code of a function then, where the function finds it, and is no part of it otherwise', () => {
    const own = codeOf('own');
    const sdk = codeOf('sdk');

    const loaded = spawnSync(process.execPath, ['-p', `typeof require('./sdk-dynamo-client.js').openSdkDynamoClient`], {
      cwd: sdk,
      encoding: 'utf8',
    });

    expect(readdirSync(own).toSorted()).toEqual(['index.js', 'package.json']);
    expect(readdirSync(sdk).toSorted()).toEqual(['index.js', 'package.json', 'sdk-dynamo-client.js']);
    expect(loaded.stdout.trim()).toBe('function');
  });

  it.each(['own', 'sdk'] as const)('calls DynamoDB where it is asked for, and only there: %s', (dynamo) => {
    const script = `
      const { createServer } = require('node:http');
      const server = createServer((request, response) => {
        console.log(request.headers['amz-sdk-request'] === undefined ? 'own' : 'sdk');
        response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
      }).listen(0, '127.0.0.1', async () => {
        process.env.AWS_ENDPOINT_URL_DYNAMODB = 'http://127.0.0.1:' + server.address().port;
        const { handler } = require('./index.js');
        await handler(${JSON.stringify(loadEvent('check-reset-token/json'))}, { awsRequestId: 'one' });
        process.exit();
      });`;
    const settings = { productName: 'P', sender: 'a@b.example', publicUrl: 'https://b.example' };
    const names = environmentVariablesOf(manifest.checkResetToken, { dynamo });

    const { stdout } = spawnSync(process.execPath, ['-e', script], {
      cwd: codeOf(dynamo),
      encoding: 'utf8',
      env: {
        ...Object.fromEntries(names.map((name) => [name, 'any'])),
        KEYTURN_SETTINGS: JSON.stringify(settings),
        ...(dynamo === 'sdk' && { DYNAMO_CLIENT: 'sdk' }),
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
      },
    });

    const called = stdout.split('\n').filter((line) => line === 'own' || line === 'sdk');
    expect(new Set(called)).toEqual(new Set([dynamo]));
  });

  it('is asked for by its name, and by no other', () => {
    const environment = {
      ...Object.fromEntries(environmentVariablesOf(manifest.checkResetToken, {}).map((name) => [name, 'any'])),
      KEYTURN_SETTINGS: JSON.stringify({ productName: 'P', sender: 'a@b.example', publicUrl: 'https://b.example' }),
    };

    expect(loadConfig(manifest.checkResetToken, environment).dynamoClient).toBe('own');
    expect(loadConfig(manifest.checkResetToken, { ...environment, DYNAMO_CLIENT: 'sdk' }).dynamoClient).toBe('sdk');
    expect(() => loadConfig(manifest.checkResetToken, { ...environment, DYNAMO_CLIENT: 'SDK' })).toThrow(
      'the environment variable DYNAMO_CLIENT must be own or sdk',
    );
  });
});
