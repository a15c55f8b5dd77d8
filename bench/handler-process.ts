/**
 * The process whose CPU is measured: the gateway and the bundled handlers, nothing else. The parent asks over IPC for the
 * CPU time so far, for the cost of bare argon2 hashes and of bare signatures, and for a batch of the stream to be delivered.
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { argon2id, hash } from 'argon2';
import { startGateway } from '../local/gateway/start-gateway.ts';
import { loadHandlers } from '../local/load-handlers.ts';
import { makeKeyringMaterial } from '../shared/crypto/keyring-material.ts';
import { csprng } from '../shared/crypto/randomness.ts';
import { insertOf } from '../test/support/outbox-stream.ts';

export type Question =
  | { ask: 'cpu' }
  | { ask: 'hashes'; count: number }
  | { ask: 'signatures'; count: number }
  | { ask: 'deliver'; partitionKeys: readonly string[] };
export type Reply = { port: number } | { cpuMs: number };

const require = createRequire(import.meta.url);
const dist = fileURLToPath(new URL('../dist/', import.meta.url));

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const { routes, consumers } = await loadHandlers(
  async ({ flow }) => (require(`${dist}${flow}/index.js`) as { handler: unknown }).handler,
);
const empty = { method: 'GET', path: '/empty', target: async () => ({ statusCode: 200, body: '{}' }) };
const { port } = await startGateway({ port: 0, routes: [...routes, empty], allowedOrigins: [] });

const bareHash = (): Promise<string> =>
  hash('correct horse battery', { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 });
const RS256 = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
/** A key as the keyring's, and by the door that the library of tokens takes: Web Crypto. */
const { privateKey: jwk } = await makeKeyringMaterial({ randomness: csprng }).signingKey();
const signingKey = await crypto.subtle.importKey('jwk', jwk, RS256, false, ['sign']);
/** As long as the claims of an access token. */
const UNSIGNED = Buffer.alloc(450, 'x');
const bareSignature = (): Promise<ArrayBuffer> => crypto.subtle.sign(RS256, signingKey, UNSIGNED);

const deliver = async (partitionKeys: readonly string[]): Promise<void> => {
  const Records = partitionKeys.map((pk, index) => insertOf(pk, String(index)));
  for (const { handler } of consumers) {
    const { batchItemFailures } = await handler({ Records });
    if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} mails were not delivered`);
  }
};

const answer = (reply: Reply): void => void process.send?.(reply);

const reply = async (question: Question): Promise<void> => {
  // Two at once, as the hasher does it: they share the caches, and that is part of what a hash costs.
  if (question.ask === 'hashes')
    for (let done = 0; done < question.count; done += 2) await Promise.all([bareHash(), bareHash()]);
  if (question.ask === 'signatures')
    for (let done = 0; done < question.count; done += 2) await Promise.all([bareSignature(), bareSignature()]);
  if (question.ask === 'deliver') await deliver(question.partitionKeys);
  answer({ cpuMs: cpuMs() });
};

process.on('message', (question: Question) => void reply(question));
answer({ port });
