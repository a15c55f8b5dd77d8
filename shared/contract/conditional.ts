import type { HttpContract, Route } from './contract.ts';

/** Which version of a profile an answer shows. */
export interface ProfileVersion {
  /** One more with each change. */
  number: number;
  /** Whether a change is pending; it ends by time alone, which raises no number. */
  hasPending: boolean;
}

/** Whether a read names the version that it answers, so that If-None-Match spares it. @see RFC 9110 §13.1.2 */
export const isConditional = ({ method }: Pick<Route, 'method'>, { answerHeaders }: HttpContract): boolean =>
  method === 'GET' && answerHeaders?.includes('ETag') === true;
