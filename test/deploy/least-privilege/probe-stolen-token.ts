import { openAccount, type Tokens } from '../../catalogue/people.ts';
import { post } from '../../catalogue/service.ts';
import { type Prepare, probeRequest } from './probe.ts';
import { openService } from './service.ts';

/** Longer ago than a retry of a lost refresh may be. */
const LONG_AGO_MS = 61_000;

/** A refresh token that was used long ago, which ends its session (RFC 9700 §4.14.2). */
export const probeStolenToken: Prepare = async (surroundings) => {
  const service = openService(surroundings);
  const { accountId, session } = await openAccount(service);
  const refresh = ({ refresh_token: token }: Tokens) => post('/sessions/refresh', { refresh_token: token });
  await service.ask(refresh(session));
  await surroundings.rows.edit(
    ['tokens', `ACCOUNT#${accountId}`],
    ({ sk }) => String(sk).startsWith('SESSION#'),
    ({ rotatedAtMs }) => ({ rotatedAtMs: Number(rotatedAtMs) - LONG_AGO_MS }),
  );
  const send = () => service.send(refresh(session));
  const name = 'a token that was used long ago';
  return [probeRequest({ name, send, status: 400, code: 'invalid-token' })];
};
