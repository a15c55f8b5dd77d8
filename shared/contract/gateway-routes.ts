import type { HttpContract, Route } from './contract.ts';
import { readsAuthorization } from './reads-authorization.ts';

/** The route of requests that match no other. @see API Gateway developer guide, "Working with the $default route" */
export const UNMATCHED_ROUTE_KEY = '$default';

/** A method and path at the gateway, with the contract's route that answers it. */
export interface GatewayRoute {
  method: Route['method'] | 'HEAD';
  /** In API Gateway's syntax. */
  path: string;
  route: Route;
}

/**
 * The routes of a contract at the gateway: its own, and HEAD beside each GET that needs no token (RFC 9110 §9.3.2). What needs one is
 * asked for by apps, which have no use for HEAD.
 */
export const gatewayRoutesOf = (contract: Pick<HttpContract, 'routes' | 'caller' | 'bearer'>): GatewayRoute[] =>
  contract.routes.flatMap((route) => {
    const { method, path } = route;
    const own = { method, path, route };
    return method === 'GET' && !readsAuthorization(contract) ? [own, { method: 'HEAD', path, route } as const] : [own];
  });
