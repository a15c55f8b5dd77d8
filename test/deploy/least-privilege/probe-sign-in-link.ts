import { mailedToken, openAccount, PASSWORD } from '../../catalogue/people.ts';
import { form, post } from '../../catalogue/service.ts';
import { type Prepare, probeRequest } from './probe.ts';
import { openService } from './service.ts';

/** What an address has in a window; the deployment leaves the setting alone. */
const TRIES_OF_AN_ADDRESS = 10;

/** A sign-in past the limit of its address, with a mailed link (docs/adr/0037). */
export const probeSignInLink: Prepare = async (surroundings) => {
  const service = openService(surroundings);
  const { email } = await openAccount(service);
  const link = await mailedToken(service, email, form('/sessions/link', { email }));
  const arrange = async () => {
    const guess = post('/sessions', { email, password: 'a guess of a password' });
    for (let tries = 0; tries < TRIES_OF_AN_ADDRESS; tries += 1) await service.send(guess);
  };
  const send = () => service.send(post('/sessions', { email, password: PASSWORD, link_token: link }));
  return [probeRequest({ name: 'a sign-in past the limit of its address', arrange, send, status: 200 })];
};
