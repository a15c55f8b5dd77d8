/** A setting that is missing or wrong. */
export interface RefusedSetting {
  /** From the key `keyturn` on: `['deployment', 'domainName']`. */
  path: readonly PropertyKey[];
  /** `undefined` for one that is missing. */
  value: unknown;
  allowed: string;
}

/** Settings that nothing can be made with; the message names each key, its value and what is allowed, and is for the operator. */
export class SettingsRefused extends Error {
  override readonly name = 'SettingsRefused';

  constructor(refused: readonly RefusedSetting[]) {
    const lines = refused.map(
      ({ path, value, allowed }) =>
        `  ${['keyturn', ...path].join('.')} is ${JSON.stringify(value) ?? 'missing'}: ${allowed}`,
    );
    super(`The settings (in cdk.json the context key "keyturn") can't be used:\n${lines.join('\n')}`);
  }
}
