import { readFileSync } from 'node:fs';
import { parseSettings, type Settings } from '../shared/config/settings.ts';

/** What a laptop assumes where cdk.json says nothing yet; a deployment has to say it. */
const LAPTOP_DEFAULTS = { productName: 'Keyturn', sender: 'no-reply@keyturn.localhost' };

/**
 * The operator's settings as they are on a laptop: those of cdk.json, but links lead to this machine, and no CloudFront stands
 * before it.
 *
 * @throws Error that names what is wrong and what is allowed
 */
export const laptopSettings = ({ cdkJson, publicUrl }: { cdkJson: URL; publicUrl: string }): Settings => {
  const { context = {} } = JSON.parse(readFileSync(cdkJson, 'utf8')) as { context?: { keyturn?: object } };
  const { deployment, ...settings } = parseSettings({ ...LAPTOP_DEFAULTS, ...context.keyturn, publicUrl });
  return { ...settings, deployment: { ...deployment, edge: { ...deployment.edge, enabled: false } } };
};
