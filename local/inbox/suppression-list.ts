import type { Clock } from '../../shared/primitives/clock.ts';
import { type InboxAnswer, jsonAnswer } from './inbox-answer.ts';

/** An entry of SES's list, with the names of its API. */
interface Entry {
  EmailAddress: string;
  Reason: 'BOUNCE' | 'COMPLAINT';
  /** Seconds. */
  LastUpdateTime: number;
}

/** SES's list of addresses to which it sends nothing, as long as the inbox runs. */
export interface SuppressionList {
  has(email: string): boolean;
  add(email: string, reason: Entry['Reason']): void;
  /** Answers requests of SES's second API. @param email from the path; `null` for the whole list */
  answer(method: string, email: string | null): InboxAnswer;
}

/** The path of the list in SES's second API. */
export const SUPPRESSION_PATH = '/v2/email/suppression/addresses';

const NOT_FOUND = (): InboxAnswer =>
  jsonAnswer(404, { message: 'The address is not on the list.' }, { 'x-amzn-errortype': 'NotFoundException' });

/** Keeps the list in memory. @see SES API v2, ListSuppressedDestinations, GetSuppressedDestination, DeleteSuppressedDestination */
export const makeSuppressionList = ({ clock }: { clock: Pick<Clock, 'nowSeconds'> }): SuppressionList => {
  const entries = new Map<string, Entry>();
  return {
    has: (email) => entries.has(email),
    add: (email, reason) => {
      entries.set(email, { EmailAddress: email, Reason: reason, LastUpdateTime: clock.nowSeconds() });
    },
    answer: (method, email) => {
      if (email === null) return jsonAnswer(200, { SuppressedDestinationSummaries: [...entries.values()] });
      const entry = entries.get(email);
      if (!entry) return NOT_FOUND();
      if (method !== 'DELETE') return jsonAnswer(200, { SuppressedDestination: entry });
      entries.delete(email);
      return jsonAnswer(200, {});
    },
  };
};
