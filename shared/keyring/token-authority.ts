import type { Settings } from '../settings/settings.ts';
import type { TokenAuthority } from './token-kinds.ts';

/** Issuer and audience of the service's tokens, for signers, verifiers and the discovery document. */
export const tokenAuthority = ({ publicUrl, audience }: Pick<Settings, 'audience' | 'publicUrl'>): TokenAuthority => ({
  issuer: publicUrl,
  audience,
});

export const provideTokenAuthority = ({
  settings,
}: {
  settings: Pick<Settings, 'audience' | 'publicUrl'>;
}): TokenAuthority => tokenAuthority(settings);
