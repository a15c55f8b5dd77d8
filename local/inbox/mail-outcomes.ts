import type { SNSEvent } from 'aws-lambda';
import type { Clock, Randomness } from '../../shared/primitives/clock.ts';
import { mailEvents } from './mail-events.ts';
import { arrives, type FeedbackOrder, type LaptopFate, simulatedFate } from './mail-fate.ts';
import type { MessageDraft } from './stored-message.ts';
import type { SuppressionList } from './suppression-list.ts';

/** Takes what SNS hands to the functions of the topic. It is called after the send was answered, and never throws. */
export type HearMailEvent = (event: SNSEvent) => void;

/** Makes mail arrive or not, and tells of it as SES does. */
export interface MailOutcomes {
  /**
   * @param form of the send; what SES took without a configuration set is told nowhere
   * @param ordered of a test; `null` for none
   * @param messageId as the send is answered
   * @returns the mails that arrive
   */
  of(
    form: URLSearchParams,
    drafts: readonly MessageDraft[],
    ordered: FeedbackOrder | null,
    messageId: string,
  ): MessageDraft[];
}

const REASONS = { bounce: 'BOUNCE', complaint: 'COMPLAINT' } as const;

const tagsIn = (form: URLSearchParams): Record<string, string> => {
  const tags: Record<string, string> = {};
  for (let number = 1; form.has(`Tags.member.${number}.Name`); number += 1)
    tags[form.get(`Tags.member.${number}.Name`) ?? ''] = form.get(`Tags.member.${number}.Value`) ?? '';
  return tags;
};

/** The address in `Some Name <address>`, or the text itself. */
const bareAddress = (text: string): string => /<([^<>]*)>$/.exec(text)?.[1] ?? text;

/** @param hear what is told; nothing is told unless given */
export const makeMailOutcomes = ({
  suppressions,
  hear,
  clock,
  randomness,
}: {
  suppressions: SuppressionList;
  hear: HearMailEvent | null;
  clock: Clock;
  randomness: Randomness;
}): MailOutcomes => {
  const fateOf = (email: string, ordered: FeedbackOrder | null): LaptopFate => {
    const simulated = simulatedFate(email);
    if (simulated) return simulated; // such an address is never put on the list
    if (suppressions.has(email)) return 'suppressed';
    if (ordered === 'bounce' || ordered === 'complaint') suppressions.add(email, REASONS[ordered]);
    return ordered ?? 'delivery';
  };

  return {
    of: (form, drafts, ordered, messageId) => {
      const configurationSet = form.get('ConfigurationSetName');
      const tags = tagsIn(form);
      return drafts.filter((draft) => {
        const to = bareAddress(draft.to);
        const fate = fateOf(to, ordered);
        if (hear && configurationSet !== null) {
          const mail = { messageId, from: draft.from, to, configurationSet, tags };
          for (const event of mailEvents(fate, mail, { clock, randomness })) setImmediate(hear, event);
        }
        return arrives(fate);
      });
    },
  };
};
