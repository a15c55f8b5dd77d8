import { authorizerContract } from '../../shared/contract/contract.ts';

/** Authorizer that admits only requests through CloudFront; deployed only with the edge (docs/adr/0013). */
export const guardOrigin = authorizerContract({
  flow: 'guard-origin',
  summary: 'Refuses what reaches the API past CloudFront.',
  tables: {},
});
