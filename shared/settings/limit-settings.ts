import * as z from 'zod/mini';
import { DAY, HOUR, MINUTE } from './seconds.ts';
import { section } from './section.ts';

/** So many in a window of so many seconds. */
export const limit = (max: number, windowSeconds: number, why: string) =>
  z
    ._default(
      z.strictObject({
        max: z.int().check(z.minimum(1), z.maximum(1_000_000)),
        windowSeconds: z.int().check(z.minimum(MINUTE), z.maximum(DAY)),
      }),
      { max, windowSeconds },
    )
    .check(z.describe(`${why} ${max} per ${windowSeconds} seconds unless set.`));

const PER_SOURCE = 'For one IPv4 address or IPv6 /64, to whatever address; wider networks have a multiple.';
const GLOBAL = 'For everybody together: what the bill and the mail reputation can bear.';

const limits = (
  defaults: Record<'perIdentifier' | 'perSource' | 'global', [number, number]>,
  perIdentifier = 'For one e-mail address, from wherever.',
) =>
  section({
    perIdentifier: limit(...defaults.perIdentifier, perIdentifier),
    perSource: limit(...defaults.perSource, PER_SOURCE),
    global: limit(...defaults.global, GLOBAL),
  });

/** Without one for an identifier: who knows an address could use that up, and keep its owner without a message. */
const mailsOfStrangers = () => ({
  perSource: limit(30, HOUR, PER_SOURCE),
  global: limit(20_000, HOUR, GLOBAL),
});

/** Environments of the release before may still have a limit for an address. */
const limitsWithoutAddress = () =>
  z.prefault(
    z.pipe(
      z.strictObject({
        perIdentifier: z
          .optional(z.unknown())
          .check(z.describe('Counts nothing any more; taken for one release, whose environments may still have it.')),
        ...mailsOfStrangers(),
      }),
      z.transform(({ perSource, global }) => ({ perSource, global })),
    ),
    {},
  );

/** How often something may be asked for. */
export const limitSettings = {
  get signUp() {
    return limits({ perIdentifier: [5, HOUR], perSource: [30, HOUR], global: [20_000, HOUR] });
  },
  get signIn() {
    return limits({
      perIdentifier: [10, 15 * MINUTE],
      perSource: [100, 15 * MINUTE],
      global: [100_000, 15 * MINUTE],
    });
  },
  // Tightest of all: strangers can cause SMS, at the operator's cost, to numbers that they do not own.
  get requestVerification() {
    return limits(
      { perIdentifier: [5, HOUR], perSource: [10, HOUR], global: [2_000, HOUR] },
      'For one number, from wherever.',
    );
  },
  // Requested by a signed-in account, to a number that shall become a factor.
  get accountVerification() {
    return limits({ perIdentifier: [10, DAY], perSource: [30, HOUR], global: [20_000, HOUR] }, 'For one account.');
  },
  // Requested after a correct password, or in a session, to the number that is the account's factor.
  get ownerVerification() {
    return limits({ perIdentifier: [10, DAY], perSource: [30, HOUR], global: [20_000, HOUR] }, 'For one account.');
  },
  // Of sign-up, counted as the mail is sent: all spellings of a mailbox together have what signUp gives to one of them.
  get mailToMailbox() {
    return limit(5, HOUR, 'Mail to addresses without an account, for one mailbox, however it is spelled.');
  },
  // The mails to one address are spaced out as they are sent (functions/deliver-messages/token-spacing.ts).
  get requestRecovery() {
    return limitsWithoutAddress();
  },
  get requestSignInLink() {
    return section(mailsOfStrangers());
  },
};
