/** A missing or wrong setting. */
export interface RefusedSetting {
  /** Below the key `keyturn`: `['deployment', 'domainName']`. */
  path: readonly PropertyKey[];
  /** `undefined` if missing. */
  value: unknown;
  allowed: string;
}

/** Longer values are cut. */
const SHOWN_MAX_CHARS = 160;

/** Characters of a secret that are shown, so that its owner recognises it. */
const SECRET_SHOWN_CHARS = 4;

/** Shorter values are no secrets. */
const SECRET_MIN_CHARS = 8;

const SECRET_NAME = /secret|password|token|credential|private|api_?key/i;

/**
 * Long, with letters and digits and without punctuation of words or addresses; or the beginning of a JWT or PEM file.
 */
const SECRET_VALUE = /^(?=.*\d)(?=.*[a-z])[\w+/=-]{20,}$|^eyJ|-----BEGIN/i;

const USER_OF_A_URL = /\/\/[^/@\s]+@/;

/** No setting is a secret, but one may be pasted into a setting by mistake, and messages end up in build logs. */
const masked = (name: string, value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  const isSecret = value.length >= SECRET_MIN_CHARS && (SECRET_NAME.test(name) || SECRET_VALUE.test(value));
  if (!isSecret) return value.replace(USER_OF_A_URL, '//…@');
  return `${value.slice(0, SECRET_SHOWN_CHARS)}… (${value.length} characters)`;
};

const shown = ({ path, value }: RefusedSetting): string => {
  const name = String(path.at(-1) ?? '');
  const text = JSON.stringify(value, (key, inner: unknown) => masked(key || name, inner)) ?? 'missing';
  return text.length > SHOWN_MAX_CHARS ? `${text.slice(0, SHOWN_MAX_CHARS)}…` : text;
};

/** Refused settings; the message names each key, its value and what is allowed, for the operator. */
export class SettingsRefused extends Error {
  override readonly name = 'SettingsRefused';

  constructor(refused: readonly RefusedSetting[]) {
    const lines = refused.map(
      (setting) => `  ${['keyturn', ...setting.path].join('.')} is ${shown(setting)}: ${setting.allowed}`,
    );
    super(`The settings (in cdk.json the context key "keyturn") can't be used:\n${lines.join('\n')}`);
  }
}
