import type { MiddlewareObj, Request } from '@middy/core';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { FlowRequest } from '../flow-request.ts';
import type { Reply } from '../reply.ts';

/** What the middlewares know of one request beside middy's own. */
export interface Exchange extends Record<string, unknown> {
  /** The event as the gateway sent it; `request.event` becomes the {@link FlowRequest}. */
  received: APIGatewayProxyEventV2;
  startedAtMs: number;
  coldStart: boolean;
  accountId?: string;
}

export type ExchangeRequest = Request<APIGatewayProxyEventV2 | FlowRequest, Reply, Error, Context, Exchange>;

export type ExchangeMiddleware = MiddlewareObj<APIGatewayProxyEventV2 | FlowRequest, Reply, Error, Context, Exchange>;
