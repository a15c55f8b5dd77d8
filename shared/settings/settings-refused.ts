/** A setting that is missing or wrong. */
export interface RefusedSetting {
  /** From the key `keyturn` on: `['deployment', 'domainName']`. */
  path: readonly PropertyKey[];
  /** `undefined` for one that is missing. */
  value: unknown;
  allowed: string;
}

/** The end of a longer value doesn't help to find it. */
const SHOWN_MAX_CHARS = 160;

/** How much of a secret tells its owner which one it is. */
const SECRET_SHOWN_CHARS = 4;

/** What is shorter is no secret. */
const SECRET_MIN_CHARS = 8;

const SECRET_NAME = /secret|password|token|credential|private|api_?key/i;

/** Long, of letters and digits without a word's or an address's punctuation; or as JWTs and PEM files begin. */
const SECRET_VALUE = /^(?=.*\d)(?=.*[a-z])[\w+/=-]{20,}$|^eyJ|-----BEGIN/i;

const USER_OF_A_URL = /\/\/[^/@\s]+@/;

/** No setting is a secret, but one can be put where a setting belongs, and messages end up in the logs of builds. */
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

/** Settings that nothing can be made with; the message names each key, its value and what is allowed, and is for the operator. */
export class SettingsRefused extends Error {
  override readonly name = 'SettingsRefused';

  constructor(refused: readonly RefusedSetting[]) {
    const lines = refused.map(
      (setting) => `  ${['keyturn', ...setting.path].join('.')} is ${shown(setting)}: ${setting.allowed}`,
    );
    super(`The settings (in cdk.json the context key "keyturn") can't be used:\n${lines.join('\n')}`);
  }
}
