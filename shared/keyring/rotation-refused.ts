/** Why a rotation step was refused: a closed list for the log, without any part of the keyring. */
export type RotationRefusal =
  /** The secret is not the keyring's, so it must not be overwritten. */
  | 'other-secret'
  /** Secrets Manager has no such version, or has not staged it as AWSPENDING. */
  | 'version-unknown'
  | 'version-not-pending'
  /** The pending version has no value yet. */
  | 'version-empty'
  /** The pending version lacks a current root: data encrypted under it would be lost. */
  | 'root-lost'
  /** The pending version lacks a key that signed unexpired tokens. */
  | 'signing-key-lost'
  /** The newest signing key's signature does not verify with its public half. */
  | 'signing-key-unusable'
  /** A new key would come into use before every function knows it. */
  | 'too-late'
  /** Another version became current meanwhile. */
  | 'overtaken'
  /** No version number is left for a root, or no room in the secret. */
  | 'keyring-full';

/** A rotation step that must not be done; the keyring is unchanged. */
export class RotationRefused extends Error {
  override readonly name = 'RotationRefused';
  readonly code: RotationRefusal;

  constructor(code: RotationRefusal) {
    super(code);
    this.code = code;
  }
}
