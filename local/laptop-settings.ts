import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseSettings, type Settings } from '../shared/settings/settings.ts';
import { fileTrouble } from './file-trouble.ts';

/** Defaults of settings that cdk.json lacks; a deployment must set them. */
const LAPTOP_DEFAULTS = { productName: 'Keyturn', sender: 'no-reply@keyturn.localhost' };

/** The settings file can't be read, or is no JSON object. */
class SettingsFileUnusable extends Error {
  override readonly name = 'SettingsFileUnusable';
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @returns the unchecked value of the context key `keyturn` */
const readContextKey = (cdkJson: URL): unknown => {
  const refuse = (reason: string): never => {
    const file = fileURLToPath(cdkJson);
    throw new SettingsFileUnusable(
      `The settings can't be read from ${file}: ${reason}. It must be a JSON object with the settings under context.keyturn, as in the repository.`,
    );
  };
  const readText = (): string => {
    try {
      return readFileSync(cdkJson, 'utf8');
    } catch (error) {
      return refuse(fileTrouble(error));
    }
  };
  const parse = (text: string): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      return refuse('it is not JSON'); // JSON.parse's own message quotes the file
    }
  };
  const document = parse(readText());
  if (!isObject(document)) return refuse('it is not a JSON object');
  if (!isObject(document.context))
    return refuse(document.context === undefined ? 'it has no context' : 'its context is not a JSON object');
  return document.context.keyturn;
};

/**
 * The settings of cdk.json as a laptop uses them: links lead to this machine, and there is no CloudFront. Every setting
 * is checked as for a deployment, even the public URL, which a laptop doesn't use.
 *
 * @throws SettingsRefused, SettingsFileUnusable
 */
export const laptopSettings = ({ cdkJson, publicUrl }: { cdkJson: URL; publicUrl: string }): Settings => {
  const given = readContextKey(cdkJson);
  const { deployment, ...settings } = parseSettings(
    isObject(given) ? { ...LAPTOP_DEFAULTS, publicUrl, ...given } : given,
  );
  return { ...settings, publicUrl, deployment: { ...deployment, edge: { ...deployment.edge, enabled: false } } };
};
