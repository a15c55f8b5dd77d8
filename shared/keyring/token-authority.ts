import type { Settings } from '../settings/settings.ts';
import type { TokenAuthority } from './token-kinds.ts';

/** Whose tokens they are and for whom: one rule for those who sign, those who verify, and the discovery document. */
export const tokenAuthority = ({ publicUrl, audience }: Pick<Settings, 'audience' | 'publicUrl'>): TokenAuthority => ({
  issuer: publicUrl,
  audience,
});

export const provideTokenAuthority = ({
  settings,
}: {
  settings: Pick<Settings, 'audience' | 'publicUrl'>;
}): TokenAuthority => tokenAuthority(settings);
