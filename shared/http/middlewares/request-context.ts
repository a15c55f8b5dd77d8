import type { MiddlewareObj, Request } from '@middy/core';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { FlowRequest } from '../flow-request.ts';
import type { Reply } from '../reply.ts';

/** A request's state in the middlewares beside middy's own. */
export interface RequestContext extends Record<string, unknown> {
  /** The event as received; `request.event` becomes the {@link FlowRequest}. */
  received: APIGatewayProxyEventV2;
  startedAtMs: number;
  coldStart: boolean;
  accountId?: string;
  /** The key of a trusted caller that named an address. */
  signedBy?: string;
}

export type ContextRequest = Request<APIGatewayProxyEventV2 | FlowRequest, Reply, Error, Context, RequestContext>;

export type ContextMiddleware = MiddlewareObj<
  APIGatewayProxyEventV2 | FlowRequest,
  Reply,
  Error,
  Context,
  RequestContext
>;
