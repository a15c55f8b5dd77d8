/** Something was made with a key that this process has yet to learn of: a moment later it will know it. */
export class KeyringOutdated extends Error {
  override readonly name = 'KeyringOutdated';
}
