/** Two commits can't be compared; the message tells the caller why. */
export class CannotCompare extends Error {
  override readonly name = 'CannotCompare';
  /** Exit code of the command: 2 where it was called wrongly, 1 where something outside of it failed. */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2) {
    super(message);
    this.exitCode = exitCode;
  }
}
