import { callAws } from '../aws-call.ts';
import type { Surroundings } from './surroundings.ts';

const IDENTITIES_PATH = '/v2/email/identities';

/** Makes an address an identity of SES, like every recipient in its sandbox; undone at the end. */
export const verifyAddress = async ({ deployment, undo }: Surroundings, address: string): Promise<void> => {
  const body = JSON.stringify({ EmailIdentity: address });
  await callAws(deployment, { service: 'ses', path: IDENTITIES_PATH, body });
  undo(async () => {
    const path = `${IDENTITIES_PATH}/${encodeURIComponent(address)}`;
    await callAws(deployment, { service: 'ses', method: 'DELETE', path });
  });
};
