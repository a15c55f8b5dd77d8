import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Number of requests that the attacking page causes. */
export const ATTACKS = 7;

/** Every cross-origin request that browsers send without a preflight. @see Fetch, "CORS-safelisted request-header" */
const attackPage = (api: string, email: string): string => {
  const address = `${api}/account/recovery`;
  const form = (target: string): string =>
    `<form method="post" action="${address}" target="${target}"><input name="email" value="${email}"></form>`;
  const sandboxed = `${form('_self')}<script>document.forms[0].submit()</script>`.replaceAll('"', '&quot;');
  return `<!doctype html>
<iframe name="frame"></iframe>
<iframe sandbox="allow-scripts allow-forms" srcdoc="${sandboxed}"></iframe>
${form('frame')}
${form('_top')}
<script>
const fields = () => new URLSearchParams({ email: '${email}' });
const text = new Blob([JSON.stringify({ email: '${email}' })], { type: 'text/plain' });
const send = (init) => fetch('${address}', { method: 'POST', ...init });
addEventListener('load', async () => {
  navigator.sendBeacon('${address}', fields());
  document.forms[0].submit();
  await Promise.allSettled([
    send({ mode: 'no-cors', body: fields() }),
    send({ mode: 'no-cors', body: text, credentials: 'include' }),
    send({ body: fields() }),
    new Promise((resolve) => setTimeout(resolve, 1000)), // the frame's form; leaving would stop it
  ]);
  document.forms[1].submit();
});
</script>`;
};

/** A site of an attacker. On 127.0.0.1 it is same-site with a service there, on `localhost` it is cross-site. */
export interface AttackingSite {
  port: number;
  close(): Promise<void>;
}

/** Starts it: `/attack` attacks, `/link` leads to a hosted page. @param victim whose address is used */
export const startAttackingSite = async ({ api, victim }: { api: string; victim: string }): Promise<AttackingSite> => {
  const pages: Readonly<Record<string, string>> = {
    '/attack': attackPage(api, victim),
    '/link': `<!doctype html><a href="${api}/ui/not-me">Was it you?</a>`,
  };
  const server = createServer(({ url = '' }, response) => {
    const page = pages[url];
    response.writeHead(page ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' }).end(page);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};
