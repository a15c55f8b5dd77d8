import type { Context, SecretsManagerRotationEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { SecretRefused } from '../aws/secret-errors.ts';
import type { RotationContract } from '../contract/contract.ts';
import { RotationRefused } from '../keyring/rotation-refused.ts';
import { errorName } from '../primitives/error-name.ts';
import type { SettingOf } from '../settings/contract-settings.ts';
import type { SettingsOf } from '../settings/setting-names.ts';
import { connectOnce } from './connect-once.ts';
import type { Runtime } from './runtime.ts';
import { type PortOpeners, provide, type Wiring } from './scope.ts';

/** What Secrets Manager sends; it may come to send more. */
const rotationEvent = z.object({
  Step: z.enum(['createSecret', 'setSecret', 'testSecret', 'finishSecret']),
  SecretId: z.string().check(z.minLength(1), z.maxLength(2048)),
  ClientRequestToken: z.string().check(z.minLength(32), z.maxLength(64)),
});

/** One step of a rotation. */
export interface RotationStep {
  step: SecretsManagerRotationEvent['Step'];
  /** The secret's ARN. */
  secretId: string;
  /** The version that is to become the current one. */
  versionId: string;
}

/** Whether a step changed or tested something, or found that it was done before. */
export type RotationOutcome = 'done' | 'nothing-to-do';

/** What Secrets Manager calls; a throw means that the step failed. */
export type RotationHandler = (event: SecretsManagerRotationEvent, context: Context) => Promise<void>;

/** A step was not done. Lambda writes what a handler throws into the log, so there is nothing in it; our own line names the cause. */
class RotationFailed extends Error {
  override readonly name = 'RotationFailed';
}

/**
 * Makes a Lambda handler of a flow that Secrets Manager calls to rotate the keyring. Each step leaves one line.
 *
 * @param connect opens what the flow needs; begun at cold start, and again at the next step after a failure
 */
export const rotationHandler = ({
  contract: { flow },
  runtime: { clock, log },
  connect,
}: {
  contract: RotationContract;
  runtime: Runtime<unknown>;
  connect: () => Promise<(step: RotationStep) => Promise<RotationOutcome>>;
}): RotationHandler => {
  const connected = connectOnce(connect);

  return async (event, { awsRequestId }) => {
    const startedAtMs = clock.nowMs();
    const parsed = rotationEvent.safeParse(event);
    const line = () => ({
      flow,
      request_id: awsRequestId,
      ...(parsed.success && { step: parsed.data.Step }),
      duration_ms: clock.nowMs() - startedAtMs,
    });
    try {
      if (!parsed.success) throw new TypeError('no event of a rotation');
      const { Step: step, SecretId: secretId, ClientRequestToken: versionId } = parsed.data;
      const outcome = await (await connected())({ step, secretId, versionId });
      log('info', 'rotation-step', { ...line(), outcome });
    } catch (error) {
      log('error', 'rotation-step', {
        ...line(),
        outcome: 'failed',
        error_name: errorName(error),
        ...((error instanceof RotationRefused || error instanceof SecretRefused) && { code: error.code }),
      });
      throw new RotationFailed();
    }
  };
};

/** Makes the rotation's handler of a flow. */
export const serveRotation =
  <Of extends RotationContract, Used extends object, Openers extends PortOpeners = object>({
    contract,
    flow,
    ports,
    uses,
  }: Wiring<Of, Openers, Used, (step: RotationStep) => Promise<RotationOutcome>>) =>
  (runtime: Runtime<SettingsOf<SettingOf<Of>>>): RotationHandler =>
    rotationHandler({ contract, runtime, connect: async () => flow(await provide(runtime, { ports, uses })) });
