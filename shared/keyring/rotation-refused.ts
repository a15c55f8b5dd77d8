/** Why a step of the keyring's rotation was not done. Each is a word for the log, and holds nothing of the keyring. */
export type RotationRefusal =
  /** Another secret than the keyring: it must not become one. */
  | 'other-secret'
  /** Secrets Manager knows no such version, or doesn't have it for the one to come. */
  | 'version-unknown'
  | 'version-not-pending'
  /** The version to come has no value yet. */
  | 'version-empty'
  /** The version to come lacks a root of the current one: what rests under it could never be read again. */
  | 'root-lost'
  /** The version to come lacks a key that living tokens are signed with. */
  | 'signing-key-lost'
  /** The newest signing key signs nothing that its public half verifies. */
  | 'signing-key-unusable'
  /** A new key would be in use before everybody has learnt of it. */
  | 'too-late'
  /** Another version became the current one meanwhile. */
  | 'overtaken'
  /** There is no version left for a root, or no room in the secret. */
  | 'keyring-full';

/** A step of a rotation that must not be done; the keyring stays as it is. */
export class RotationRefused extends Error {
  override readonly name = 'RotationRefused';
  readonly code: RotationRefusal;

  constructor(code: RotationRefusal) {
    super(code);
    this.code = code;
  }
}
