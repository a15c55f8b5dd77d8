import type { HttpContract, Route } from '../../shared/contract/contract.ts';

/** Whether a read names the version that it answers, so that If-None-Match spares it. @see RFC 9110 §13.1.2 */
export const isConditional = ({ method }: Pick<Route, 'method'>, { answerHeaders }: HttpContract): boolean =>
  method === 'GET' && answerHeaders?.includes('ETag') === true;
