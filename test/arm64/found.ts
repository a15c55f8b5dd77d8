import type { Argon2Parameters } from '../../shared/account/phc-string.ts';

/** What the emulated process is given. */
export interface Given {
  /** The file of each bundle, by flow. */
  bundles: Readonly<Record<string, string>>;
  /** A hash that this machine made, and its password. */
  phc: string;
  password: string;
  parameters: Argon2Parameters;
}

/** What a library said of the hash. */
interface Verified {
  library: string;
  /** Of the password. */
  right: boolean;
  /** Of another one. */
  wrong: boolean;
}

/** What the emulated process found. */
export interface Found {
  /** As Node names it. */
  architecture: string;
  node: string;
  /** By flow: the type of its handler, or why it doesn't load. */
  loaded: Readonly<Record<string, string>>;
  /** The library that a flow would take. */
  taken: string;
  verified: readonly Verified[];
}
