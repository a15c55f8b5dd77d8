/** Something names a key that this process doesn't know, and the keyring could not be read again, so it can't tell whether there is such a key. */
export class KeyringOutdated extends Error {
  override readonly name = 'KeyringOutdated';
}
