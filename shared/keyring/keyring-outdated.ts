/**
 * A value names an unknown key version, and the keyring could not be read again, so it is undecided whether that key
 * exists.
 */
export class KeyringOutdated extends Error {
  override readonly name = 'KeyringOutdated';
}
