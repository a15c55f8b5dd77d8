import { describeService } from '../../functions/describe-service/contract.ts';
import { getTwoFactor } from '../../functions/get-two-factor/contract.ts';
import { OURS } from './browse.ts';
import type { Check, Examination } from './check.ts';
import { outputOf } from './deployed-stack.ts';
import { fail, ok, warn } from './finding.ts';
import { Unread } from './unread.ts';

/** API Gateway's prefix for headers that it renames. @see API Gateway developer guide, "Important notes for REST APIs" */
const RENAMED = 'x-amzn-remapped-www-authenticate';

/** The paths of the public documents, as the contract has them. */
export const PATHS = (() => {
  const pathThat = (ends: string): string =>
    describeService.routes.find(({ path }) => path.endsWith(ends))?.path ?? `/${ends}`;
  return {
    health: pathThat('health'),
    discovery: pathThat('openid-configuration'),
    jwks: pathThat('jwks.json'),
    session: getTwoFactor.routes[0]?.path ?? '/',
  };
})();

/** Where the service says that it is. @throws Unread */
export const publicUrlOf = async ({ settings }: Pick<Examination, 'settings'>): Promise<string> => {
  const deployed = await settings();
  if (!deployed) throw new Unread('There is no stack yet.', 'Deploy first.');
  return deployed.publicUrl;
};

/** Whether the API's name leads to the API. A record may be a CNAME, or an alias that has the target's addresses. */
export const apiDns: Check = {
  id: 'api-dns',
  title: "DNS of the API's name",
  asks: [],
  run: async (on) => {
    const { hostname: host } = new URL(await publicUrlOf(on));
    const stack = await on.stack();
    const { DomainTarget: target } = stack.outputs;
    if (target === undefined) {
      const own = outputOf(stack, 'ApiUrl');
      return new URL(own).hostname === host
        ? ok("The API has API Gateway's own name.")
        : fail(`publicUrl names ${host}, and the API is at ${own}.`, `Set publicUrl to ${own}, and deploy.`);
    }
    const [aliases, addresses, targets] = await Promise.all([
      on.dns.cname(host),
      on.dns.addresses(host),
      on.dns.addresses(target),
    ]);
    if (aliases.includes(target.toLowerCase()) || addresses.some((address) => targets.includes(address)))
      return ok(`${host} leads to ${target}.`);
    if (addresses.length === 0) return fail(`${host} has no address.`, `Add the record: ${host} CNAME ${target}`);
    // Both may answer with a few addresses of many, so what differs may be the same place.
    return warn(`${host} has other addresses than ${target}.`, `See that its record is: ${host} CNAME ${target}`);
  },
};

/** Whether the API answers, and with it a function, the tables' names and the keyring. */
export const apiHealth: Check = {
  id: 'api-health',
  title: 'The API',
  asks: [],
  run: async (on) => {
    const url = `${await publicUrlOf(on)}${PATHS.health}`;
    const { status, tookMs } = await on.browse(url, OURS);
    return status === 200
      ? ok(`${url} answers in ${tookMs} ms.`)
      : fail(`${url} answers ${status}.`, 'docs/runbook.md, api-errors.');
  },
};

/** Whether clients get the challenge that RFC 6750 promises. */
export const challenge: Check = {
  id: 'www-authenticate',
  title: 'WWW-Authenticate',
  asks: [],
  settles: 'Probe 3: a 401 keeps its WWW-Authenticate',
  run: async (on) => {
    const url = `${await publicUrlOf(on)}${PATHS.session}`;
    const { status, headers } = await on.browse(url, { ...OURS, authorization: 'Bearer x' });
    if (status !== 401)
      return fail(`${url} answers ${status} to a wrong token, in place of 401.`, 'docs/runbook.md, api-errors.');
    const told = headers['www-authenticate'];
    if (told?.includes('error="invalid_token"')) return ok(`A wrong token is answered with: ${told}`);
    const whatToDo = 'Clients can go by the code of the answer. See that deployment.mapChallenges is true, and deploy.';
    if (headers[RENAMED] !== undefined) return fail(`API Gateway renames the header to ${RENAMED}.`, whatToDo);
    return fail(told === undefined ? 'The header is missing in a 401.' : `The header of a 401 is: ${told}`, whatToDo);
  },
};

/** Whether back ends get in that name no client: some send none, and a firewall's rules may block them. */
export const noUserAgent: Check = {
  id: 'no-user-agent',
  title: 'Callers without User-Agent',
  asks: [],
  settles: 'Probe 8: callers without User-Agent get in',
  run: async (on) => {
    const url = `${await publicUrlOf(on)}${PATHS.jwks}`;
    const [named, bare] = await Promise.all([on.browse(url, OURS), on.browse(url)]);
    if (bare.status === 200) return ok('A request without User-Agent is answered.');
    return named.status === bare.status
      ? fail(`${url} answers ${bare.status}.`, 'docs/runbook.md, api-errors.')
      : fail(
          `A request without User-Agent is answered ${bare.status}, and one with it ${named.status}.`,
          'Have WAF count NoUserAgent_HEADER in place of blocking it: deploy with --all, for the web ACL has a stack of its own.',
        );
  },
};
