import type { HttpContract } from './contract.ts';

/** Whether the Authorization header is read; a malformed one is then refused. */
export const readsAuthorization = ({ caller, bearer }: Pick<HttpContract, 'caller' | 'bearer'>): boolean =>
  caller !== 'anyone' || bearer !== undefined;
