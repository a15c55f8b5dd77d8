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

/** ARN of a generation's secret. */
export const secretArn = (generation: number): string =>
  `arn:aws:secretsmanager:eu-west-1:111122223333:secret:OriginSecret${generation}-AbCdEf`;

/** Makes an event come through CloudFront, from this viewer. */
export const throughEdge = (viewerIp: string): EventChanges => ({
  [`headers.${EDGE.viewerHeader}`]: viewerIp,
  'requestContext.http.sourceIp': '64.252.73.12',
  'requestContext.authorizer': { lambda: EDGE.pass },
});

/** Secrets Manager with CloudFront's secrets, and the deployed guard of the API. */
export interface EdgeWorld {
  /** Stored values by ARN; tests change them. */
  secrets: Map<string, string>;
  /** ARNs in the order they were read. */
  reads: string[];
  logs: string[];
  /** Makes Secrets Manager stop or resume answering. */
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
