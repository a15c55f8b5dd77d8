/** Which version of a profile an answer shows. */
export interface ProfileVersion {
  /** One more with each change. */
  number: number;
  /** Whether a change is pending; it ends by time alone, which raises no number. */
  hasPending: boolean;
}
