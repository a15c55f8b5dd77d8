import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIGatewayRequestAuthorizerEventV2, Context } from 'aws-lambda';
import { guardOrigin } from '../../functions/guard-origin/contract.ts';
import type { Verdict } from '../../shared/lambda/authorizer-handler.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { METRICS_VARIABLE, ORIGIN_SECRETS_VARIABLE, SETTINGS_VARIABLE } from '../../shared/settings/config.ts';
import { EDGE } from '../../shared/settings/edge.ts';
import { type EventChanges, loadEvent } from './load-event.ts';
import { makeWatchedLog, PLAIN_SETTINGS } from './lone-runtime.ts';

/** Where the secret of a generation is. */
export const secretArn = (generation: number): string =>
  `arn:aws:secretsmanager:eu-west-1:111122223333:secret:OriginSecret${generation}-AbCdEf`;

/** The change that makes an event come through CloudFront, from whoever is there. */
export const throughEdge = (viewerIp: string): EventChanges => ({
  [`headers.${EDGE.viewerHeader}`]: viewerIp,
  'requestContext.http.sourceIp': '64.252.73.12',
  'requestContext.authorizer': { lambda: EDGE.pass },
});

/** Secrets Manager with the secrets of CloudFront, and the function that guards the API, as they are deployed. */
export interface EdgeWorld {
  /** What is stored, by ARN; a test changes it. */
  secrets: Map<string, string>;
  /** The ARNs that were read, one each time. */
  reads: string[];
  logs: string[];
  /** Whether Secrets Manager answers. */
  outage(isOut: boolean): void;
  /** A cold start of the function. @param generations of the secrets that it is told of, the newest first */
  coldStart(generations: readonly number[]): Promise<(presented: string | undefined) => Promise<Verdict>>;
  close(): Promise<void>;
}

/** Makes a world of its own for a suite. */
export const startEdgeWorld = async (): Promise<EdgeWorld> => {
  const secrets = new Map<string, string>();
  const reads: string[] = [];
  let isOut = false;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { SecretId } = JSON.parse((await request.toArray()).join('')) as { SecretId: string };
    const SecretString = secrets.get(SecretId);
    reads.push(SecretId);
    const [status, body] = isOut
      ? [500, { __type: 'InternalServiceError', message: SecretString }]
      : SecretString === undefined
        ? [400, { __type: 'ResourceNotFoundException' }]
        : [200, { ARN: SecretId, SecretString }];
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  };
  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [METRICS_VARIABLE]: 'Keyturn/test',
    [SETTINGS_VARIABLE]: JSON.stringify(PLAIN_SETTINGS),
  });
  const { lines: logs, clock, log } = makeWatchedLog();

  return {
    secrets,
    reads,
    logs,
    outage: (now) => {
      isOut = now;
    },
    coldStart: async (generations) => {
      process.env[ORIGIN_SECRETS_VARIABLE] = generations.map(secretArn).join(',');
      // Loaded only now: a function reads its environment as it is loaded.
      const { wire } = await import('../../functions/guard-origin/handler.ts');
      const handler = wire({ ...processRuntime(guardOrigin), clock, log });
      return (presented) =>
        handler(
          loadEvent<APIGatewayRequestAuthorizerEventV2>('guard-origin/request', {
            [`headers.${EDGE.secretHeader}`]: presented,
            identitySource: presented === undefined ? null : [presented],
          }),
          { awsRequestId: 'test' } as Context,
        );
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};
