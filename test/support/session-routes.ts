import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { everyRoute, type RouteCase } from './fixtures.ts';
import { bearer, loadEvent } from './load-event.ts';
import type { Answer, World } from './world.ts';

/** Every route that requires a session. */
export const sessionRoutes = (): RouteCase[] => everyRoute().filter(({ contract }) => contract.caller !== 'anyone');

/** The answers of all routes that require a session to one access token. */
export const askEverySessionRoute = async (
  world: World,
  { access_token: token, account_id: accountId }: Pick<SessionTokensAnswer, 'access_token' | 'account_id'>,
): Promise<{ routeKey: string; answer: Answer }[]> => {
  const asked: { routeKey: string; answer: Answer }[] = [];
  for (const { contract, routeKey, fixture, route } of sessionRoutes()) {
    const own = route.path.includes('{user_id}') ? { 'pathParameters.user_id': accountId } : {};
    const answer = await world.call(contract.flow, loadEvent(fixture, { ...bearer(token), ...own }));
    asked.push({ routeKey, answer });
  }
  return asked;
};

/** The routes that accept an access token; none for an ended session. */
export const routesOpenTo = async (
  world: World,
  tokens: Pick<SessionTokensAnswer, 'access_token' | 'account_id'>,
): Promise<string[]> =>
  (await askEverySessionRoute(world, tokens))
    .filter(({ answer }) => answer.status !== 401 || answer.body.code !== 'unauthenticated')
    .map(({ routeKey }) => routeKey);
