import type { Settings } from '../settings/settings.ts';
import type { TokenAuthority } from './token-kinds.ts';

/** Whose tokens they are and for whom: one rule for those who sign, those who verify, and the discovery document. */
export const tokenAuthority = ({ publicUrl, audience }: Settings): TokenAuthority => ({ issuer: publicUrl, audience });
