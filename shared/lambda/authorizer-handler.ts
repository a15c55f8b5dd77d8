import type { APIGatewayRequestAuthorizerEventV2, Context } from 'aws-lambda';
import type { AuthorizerContract } from '../contract/contract.ts';
import { errorName } from '../primitives/error-name.ts';
import type { SettingOf } from '../settings/contract-settings.ts';
import { EDGE } from '../settings/edge.ts';
import type { SettingsOf } from '../settings/setting-names.ts';
import { connectOnce } from './connect-once.ts';
import type { Runtime } from './runtime.ts';
import { type PortOpeners, provide, type Wiring } from './scope.ts';

/** What API Gateway is told: to let the request through, with a pass for the function behind, or not. */
export type Verdict = { isAuthorized: true; context: typeof EDGE.pass } | { isAuthorized: false };

/** What API Gateway calls before any other function; a throw means a 500 for the caller, and is not remembered. */
export type AuthorizerHandler = (event: APIGatewayRequestAuthorizerEventV2, context: Context) => Promise<Verdict>;

/** It could not be found out. Lambda writes what a handler throws into the log, so there is nothing in it; our own line names the cause. */
class AuthorizerFailed extends Error {
  override readonly name = 'AuthorizerFailed';
}

/**
 * Makes a Lambda handler of the flow that API Gateway asks whether a request came through CloudFront. Each call leaves one line.
 *
 * @param connect opens what the flow needs; begun at cold start, and again at the next call after a failure
 * @see API Gateway developer guide, "Control access to HTTP APIs with AWS Lambda authorizers"
 */
const authorizerHandler = ({
  contract: { flow },
  runtime: { clock, log },
  connect,
}: {
  contract: AuthorizerContract;
  runtime: Runtime<unknown>;
  connect: () => Promise<(presented: string) => boolean>;
}): AuthorizerHandler => {
  const connected = connectOnce(connect);

  return async ({ headers, requestContext }) => {
    const startedAtMs = clock.nowMs();
    const line = () => ({ flow, request_id: requestContext.requestId, duration_ms: clock.nowMs() - startedAtMs });
    try {
      const isAuthorized = (await connected())(headers?.[EDGE.secretHeader] ?? '');
      // A wrong secret is an attack: the caller knows the API's own address.
      log(isAuthorized ? 'info' : 'warn', 'origin-check', { ...line(), outcome: isAuthorized ? 'success' : 'refused' });
      return isAuthorized ? { isAuthorized, context: EDGE.pass } : { isAuthorized };
    } catch (error) {
      log('error', 'origin-check', { ...line(), outcome: 'failed', error_name: errorName(error) });
      throw new AuthorizerFailed();
    }
  };
};

/** Makes the authorizer's handler of a flow. */
export const serveAuthorizer =
  <Of extends AuthorizerContract, Used extends object, Openers extends PortOpeners = object>({
    contract,
    flow,
    ports,
    uses,
  }: Wiring<Of, Openers, Used, (presented: string) => boolean>) =>
  (runtime: Runtime<SettingsOf<SettingOf<Of>>>): AuthorizerHandler =>
    authorizerHandler({ contract, runtime, connect: async () => flow(await provide(runtime, { ports, uses })) });
