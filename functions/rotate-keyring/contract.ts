import { rotationContract } from '../../shared/contract/contract.ts';

/** Makes the first keyring, and rotates it. */
export const rotateKeyring = rotationContract({
  flow: 'rotate-keyring',
  summary: 'Makes new keys, lets everybody learn of them, and then uses them.',
  tables: {},
  keyring: true,
});
