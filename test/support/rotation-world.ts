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

/** The secret in the fixtures. */
export const KEYRING_ARN = loadEvent<SecretsManagerRotationEvent>('rotate-keyring/create-secret').SecretId;

/** CloudFormation's placeholder in a new secret. */
export const PLACEHOLDER = '{"placeholder":"mt0yuVn5(Qj{"}';

const CONTEXT = { awsRequestId: 'test' } as Context;
/** The names of the steps' fixtures, in order. */
export const STEPS = ['create-secret', 'set-secret', 'test-secret', 'finish-secret'] as const;

/** A rotation step, by the name of its fixture. */
type StepName = (typeof STEPS)[number];

/** A keyring in Secrets Manager, its rotation function, and a fake clock. */
export interface RotationWorld {
  secrets: FakeSecretsManager;
  clock: FakeClock;
  logs: string[];
  /** Calls the rotation function as Secrets Manager does. @throws RotationFailed */
  step(name: StepName, versionId: string, secretId?: string): Promise<void>;
  /** Calls it with an event of any shape. @throws RotationFailed */
  send(event: unknown): Promise<void>;
  /** Begins a rotation and runs its four steps. */
  rotate(versionId: string): Promise<void>;
  /** A fresh function that only reads the keyring, as after a cold start. */
  describeService(): Promise<(fixture: string) => Promise<{ status: number; body: { code?: string } }>>;
  close(): Promise<void>;
}

/** Starts one for a suite. */
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

  /** Imported here, because a function reads its environment while it loads. */
  const wire = async <Handler>(name: 'rotateKeyring' | 'describeService'): Promise<Handler> => {
    const manifest: typeof Manifest = await import('../../functions/manifest.ts');
    const { flow } = manifest[name];
    const module = (await import(`../../functions/${flow}/handler.ts`)) as { wire(runtime: Runtime<unknown>): Handler };
    return module.wire({ ...processRuntime(manifest[name]), clock, log });
  };
  const rotation = await wire<RotationHandler>('rotateKeyring');

  const send = (event: unknown): Promise<void> => rotation(event as SecretsManagerRotationEvent, CONTEXT);
  const step: RotationWorld['step'] = (name, ClientRequestToken, SecretId = KEYRING_ARN) =>
    send(loadEvent(`rotate-keyring/${name}`, { SecretId, ClientRequestToken }));

  return {
    secrets,
    clock,
    logs,
    step,
    send,
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
