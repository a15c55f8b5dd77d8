import type { Context, SecretsManagerRotationEvent } from 'aws-lambda';
import type * as Manifest from '../../functions/manifest.ts';
import type { HttpHandler } from '../../shared/http/http-handler.ts';
import type { RotationHandler } from '../../shared/lambda/rotation-handler.ts';
import { processRuntime, type Runtime } from '../../shared/lambda/runtime.ts';
import { KEYRING_VARIABLE, METRICS_VARIABLE, SETTINGS_VARIABLE } from '../../shared/settings/config.ts';
import type { FakeClock } from './fake-clock.ts';
import { type FakeSecretsManager, startFakeSecretsManager } from './fake-secrets-manager.ts';
import { loadEvent } from './load-event.ts';
import { makeWatchedLog, PLAIN_SETTINGS } from './lone-runtime.ts';

/** The secret that the fixtures name. */
export const KEYRING_ARN = loadEvent<SecretsManagerRotationEvent>('rotate-keyring/create-secret').SecretId;

/** What CloudFormation puts into a new secret. */
export const PLACEHOLDER = '{"placeholder":"mt0yuVn5(Qj{"}';

const CONTEXT = { awsRequestId: 'test' } as Context;
const STEPS = ['create-secret', 'set-secret', 'test-secret', 'finish-secret'] as const;

/** A step as its fixture is named. */
export type StepName = (typeof STEPS)[number];

/** A keyring in Secrets Manager, the function that rotates it, and a clock that stands still. */
export interface RotationWorld {
  secrets: FakeSecretsManager;
  clock: FakeClock;
  logs: string[];
  /** Calls the rotation's function as Secrets Manager does. @throws RotationFailed */
  step(name: StepName, versionId: string, secretId?: string): Promise<void>;
  /** Begins a rotation and plays its four steps. */
  rotate(versionId: string): Promise<void>;
  /** Makes anew a function that only reads the keyring, as a cold start does. */
  describeService(): Promise<(fixture: string) => Promise<{ status: number; body: { code?: string } }>>;
  close(): Promise<void>;
}

/** Makes a world of its own for a suite. */
export const startRotationWorld = async (): Promise<RotationWorld> => {
  const secrets = await startFakeSecretsManager(KEYRING_ARN);
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
    [KEYRING_VARIABLE]: KEYRING_ARN,
    [METRICS_VARIABLE]: 'Keyturn/test',
    [SETTINGS_VARIABLE]: JSON.stringify(PLAIN_SETTINGS),
  });
  const { lines: logs, clock, log } = makeWatchedLog();

  /** Loaded only now: a function reads its environment as it is loaded. */
  const wire = async <Handler>(name: 'rotateKeyring' | 'describeService'): Promise<Handler> => {
    const manifest: typeof Manifest = await import('../../functions/manifest.ts');
    const { flow } = manifest[name];
    const module = (await import(`../../functions/${flow}/handler.ts`)) as { wire(runtime: Runtime<unknown>): Handler };
    return module.wire({ ...processRuntime(manifest[name]), clock, log });
  };
  const rotation = await wire<RotationHandler>('rotateKeyring');

  const step: RotationWorld['step'] = (name, ClientRequestToken, SecretId = KEYRING_ARN) =>
    rotation(loadEvent(`rotate-keyring/${name}`, { SecretId, ClientRequestToken }), CONTEXT);

  return {
    secrets,
    clock,
    logs,
    step,
    rotate: async (versionId) => {
      secrets.begin(versionId);
      for (const name of STEPS) await step(name, versionId);
    },
    describeService: async () => {
      const handler = await wire<HttpHandler>('describeService');
      return async (fixture) => {
        const { statusCode = 0, body = '' } = await handler(loadEvent(fixture), CONTEXT);
        return { status: statusCode, body: JSON.parse(body) };
      };
    },
    close: secrets.close,
  };
};
