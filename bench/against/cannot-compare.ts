/** Two commits can't be compared, and why: for the person who asked. */
export class CannotCompare extends Error {
  override readonly name = 'CannotCompare';
  /** What the command ends with: 2 where it was called wrongly, 1 where something outside of it failed. */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2) {
    super(message);
    this.exitCode = exitCode;
  }
}
