import { authorizerContract } from '../../shared/contract/contract.ts';

/** Lets to the API what came through CloudFront, and nothing else; deployed only where the edge is on (docs/adr/0013). */
export const guardOrigin = authorizerContract({
  flow: 'guard-origin',
  summary: 'Refuses what reaches the API past CloudFront.',
  tables: {},
});
