/**
 * Better Auth as the benchmark sees it: a server on Node with its database in the process, as bench/protocol.ts has it.
 * It has the hash that Keyturn has, and what Keyturn does by itself and Better Auth by an option is switched on:
 * sessions end with a new password. Its limits per address are off, as the benchmark's settings have ours out of the way.
 */
import { createServer } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Algorithm, hash, verify } from '@node-rs/argon2';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import { twoFactor } from 'better-auth/plugins';
import { cpu, memory } from '../process-usage.ts';

/** The defaults of shared/settings/password-settings.ts. */
const ARGON2ID = { algorithm: Algorithm.Argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const ORIGIN = 'http://127.0.0.1';

/** Of mails that were asked for since the last question. */
let mails = [];

const optionsOf = (database) => ({
  appName: 'Bench',
  baseURL: ORIGIN,
  secret: 'a secret of the benchmark, long enough: 0f8a1c7de4b25963',
  database,
  telemetry: { enabled: false },
  logger: { disabled: true },
  rateLimit: { enabled: false },
  emailAndPassword: {
    enabled: true,
    revokeSessionsOnPasswordReset: true,
    password: {
      hash: (password) => hash(password, ARGON2ID),
      verify: ({ hash: phc, password }) => verify(phc, password),
    },
    sendResetPassword: async ({ user, token }) => void mails.push({ email: user.email, token }),
  },
  plugins: [twoFactor()],
});

const serve = async ({ scratch }) => {
  const database = new DatabaseSync(join(scratch, 'better-auth.sqlite'));
  // As its server applications run SQLite: readers don't wait, and a commit doesn't wait for the disk.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  const options = optionsOf(database);
  const { runMigrations } = await getMigrations(options);
  await runMigrations();
  const handle = toNodeHandler(betterAuth(options));
  const server = createServer((request, response) => {
    if (request.url === '/empty') response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    else handle(request, response).catch(() => response.destroy());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: server.address().port };
};

const work = async (what, count) => {
  if (what !== 'hash') throw new Error(`it does no ${what}`);
  // Two at once, as this tree's target measures it.
  const one = () => hash('correct horse battery', ARGON2ID);
  for (let done = 0; done < count; done += 2) await Promise.all([one(), one()]);
  return null;
};

const collect = () => {
  const messages = mails;
  mails = [];
  return { messages };
};

const ANSWERS = {
  build: () => null,
  prepare: () => ({ functions: [] }),
  serve: ({ place }) => serve(place),
  cpu,
  memory,
  work: ({ what, count }) => work(what, count),
  collect,
  deliver: () => null,
};

process.on('message', (question) => {
  Promise.resolve(question)
    .then(() => ANSWERS[question.ask](question))
    .then(
      (answer) => process.send?.({ answer }),
      (error) => process.send?.({ error: error instanceof Error ? error.message : String(error) }),
    );
});
process.send?.({ protocol: 1 });
