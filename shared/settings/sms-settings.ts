import * as z from 'zod/mini';
import { E164, ORIGINATION_NUMBER } from '../primitives/e164.ts';
import { DAY, HOUR, seconds } from './seconds.ts';
import { section } from './section.ts';
import { smsChannel, smsNotify } from './sms-channel-settings.ts';
import { NUMBERED_WITH, SMS_COUNTRIES } from './sms-countries.ts';

/** Whether there are numbers of a country. EN, a language, and UK, an alias of GB, would match none. */
const isCountry = (code: string): boolean => SMS_COUNTRIES.has(code);

const COUNTRY_ALLOWED = 'must be of ISO 3166-1 alpha-2 codes such as AT or GB';

/** @see CloudFormation template reference, AWS::SMSVOICE::SenderId, "SenderId" */
const SENDER_ID = /^(?=.*[A-Za-z])(?!-)[A-Za-z0-9-]{1,11}(?<!-)$/;

const isOriginator = (text: string): boolean => ORIGINATION_NUMBER.test(text) || SENDER_ID.test(text);

/** Whether any number would be read as of this one: without the country that it shares its numbers with, none is. */
const hasNumbers = (country: string, _: number, countries: readonly string[]): boolean => {
  const shared = NUMBERED_WITH[country];
  return shared === undefined || countries.includes(shared);
};

const SHARED_NUMBERS = `must have, with ${Object.entries(NUMBERED_WITH)
  .map(([territory, country]) => `${territory} also ${country}`)
  .join(', ')}: their numbers are the same`;

/** People of GB and US include those whose numbers look like theirs and belong to a territory with a range of its own. */
const DEFAULT_COUNTRIES = ['AT', 'CA', 'CH', 'DE', 'FR', 'IE']
  .concat('GB', 'GG', 'IM', 'JE')
  .concat('US', 'AS', 'GU', 'MP', 'PR', 'VI')
  .toSorted();

/**
 * Per segment of a transactional message, rounded up from AWS's public list, with carrier fees. Prices change and
 * depend on the account and its numbers, so operators compare them with their own price list
 * (https://aws.amazon.com/sns/sms-pricing/). The territories are set high, since their small networks charge more than GB's and US's.
 */
const DEFAULT_PRICES_USD: Readonly<Record<string, number>> = {
  AT: 0.1,
  CA: 0.015,
  CH: 0.08,
  DE: 0.12,
  FR: 0.08,
  GB: 0.05,
  GG: 0.1,
  IM: 0.1,
  JE: 0.1,
  IE: 0.1,
  US: 0.012,
  AS: 0.15,
  GU: 0.15,
  MP: 0.15,
  PR: 0.1,
  VI: 0.15,
};

/** Above nearly every listed country, so that an unknown price is not underestimated. */
const DEFAULT_FALLBACK_PRICE_USD = 0.35;

const price = () => z.number().check(z.minimum(0.0001), z.maximum(10));

const reservedShare = (otherwise: number, what: string) =>
  z
    ._default(z.number().check(z.minimum(0), z.maximum(1)), otherwise)
    .check(z.describe(`Share of the day's budget kept for ${what}; 0 to 1, ${otherwise} unless set.`));
/** A family, or a person with two accounts (docs/adr/0032). */
const DEFAULT_ACCOUNTS_PER_NUMBER = 3;
const MAX_ACCOUNTS_PER_NUMBER = 5;

/** Settings for SMS. */
export const smsSettings = {
  get channel() {
    return smsChannel();
  },
  get notify() {
    return smsNotify();
  },
  get countries() {
    return z
      ._default(
        z
          .array(z.string().check(z.refine(isCountry, COUNTRY_ALLOWED)))
          .check(z.refine((countries) => countries.every(hasNumbers), SHARED_NUMBERS)),
        DEFAULT_COUNTRIES,
      )
      .check(
        z.describe(`The countries that SMS are sent to, and no others; ${DEFAULT_COUNTRIES.join(', ')} unless set.`),
      );
  },
  get originators() {
    return z
      ._default(
        z
          .record(
            z.string(),
            z
              .string()
              .check(
                z.refine(
                  isOriginator,
                  'must be a number such as +12065550100, a short code, or a sender id such as MYAPP',
                ),
              ),
          )
          .check(z.refine((originators) => Object.keys(originators).every(isCountry), `its keys ${COUNTRY_ALLOWED}`)),
        {},
      )
      .check(
        z.describe(
          'What SMS to a country come from: a number, a short code or a sender id of your account, such as {"US": "+12065550100", "AT": "MYAPP"}. For others senderId and originationNumber are used, and without them SNS chooses.',
        ),
      );
  },
  get senderId() {
    return z
      ._default(
        z.nullable(
          z
            .string()
            .check(
              z.regex(
                SENDER_ID,
                'must be 1 to 11 of A-Z a-z 0-9 and -, one a letter, without - at the beginning or end',
              ),
            ),
        ),
        null,
      )
      .check(
        z.describe(
          'The name that SMS come from in countries without an originator of their own, where they allow one; none unless set.',
        ),
      );
  },
  get originationNumber() {
    return z
      ._default(z.nullable(z.string().check(z.regex(E164, 'must be an E.164 number such as +12065550100'))), null)
      .check(
        z.describe(
          'The number that SMS to all countries without an originator of their own come from; SNS chooses unless set. A number is good for its own country alone: name it in originators.',
        ),
      );
  },
  get dailyBudgetUsd() {
    return z
      ._default(z.number().check(z.minimum(0), z.maximum(100_000)), 20)
      .check(z.describe('What SMS may cost in a UTC day, in US dollars, 0 to 100000; 20 unless set. 0 sends none.'));
  },
  get reserved() {
    return z.prefault(
      z
        .strictObject({
          owners: reservedShare(0.5, 'codes to numbers that are factors: sign-in and reauthentication'),
          accounts: reservedShare(0.25, 'codes to numbers that signed-in accounts add'),
        })
        .check(
          z.refine(
            ({ owners, accounts }) => owners + accounts <= 1,
            'must have owners and accounts that are 1 together, or less',
          ),
        ),
      {},
    );
  },
  get pricesUsd() {
    return z
      .pipe(
        z._default(
          z
            .record(z.string(), price())
            .check(z.refine((prices) => Object.keys(prices).every(isCountry), `its keys ${COUNTRY_ALLOWED}`)),
          {},
        ),
        // A set price overrides its default only.
        z.transform((prices) => ({ ...DEFAULT_PRICES_USD, ...prices })),
      )
      .check(z.describe('What one segment costs by country, in US dollars, 0.0001 to 10. Check your own price list.'));
  },
  get fallbackPriceUsd() {
    return z
      ._default(price(), DEFAULT_FALLBACK_PRICE_USD)
      .check(
        z.describe(`For countries without a price, 0.0001 to 10; ${DEFAULT_FALLBACK_PRICE_USD} US dollars unless set.`),
      );
  },
  get breaker() {
    return section({
      windowSeconds: seconds({
        default: HOUR,
        min: 10 * 60,
        max: DAY,
        why: "For how long a country's SMS are counted, and stopped when too few are verified.",
      }),
      minimumSent: z
        ._default(z.int().check(z.minimum(10), z.maximum(1_000_000)), 50)
        .check(z.describe('How many SMS a country gets before the ratio counts, 10 to 1000000; 50 unless set.')),
      minimumVerifiedRatio: z
        ._default(z.number().check(z.minimum(0), z.maximum(0.9)), 0.2)
        .check(z.describe('How many of the SMS must be verified, 0 to 0.9 of them; 0.2 unless set. 0 never stops.')),
    });
  },
  get accountsPerNumber() {
    return z
      ._default(z.int().check(z.minimum(1), z.maximum(MAX_ACCOUNTS_PER_NUMBER)), DEFAULT_ACCOUNTS_PER_NUMBER)
      .check(
        z.describe(
          `How many accounts may have one number as a factor, 1 to ${MAX_ACCOUNTS_PER_NUMBER}; ${DEFAULT_ACCOUNTS_PER_NUMBER} unless set. It is verified for the latest to prove it alone.`,
        ),
      );
  },
  get appHash() {
    return z
      ._default(z.nullable(z.string().check(z.regex(/^[A-Za-z0-9+/]{11}$/, 'must be 11 characters of base64'))), null)
      .check(z.describe("The hash that Android's SMS Retriever knows your app by; none unless set."));
  },
};
