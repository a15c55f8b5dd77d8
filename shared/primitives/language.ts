/** Languages of messages and pages; the first is the default. */
export const LANGUAGES = ['en', 'de'] as const;

export type Language = (typeof LANGUAGES)[number];

/**
 * A language of ISO 639 and any number of subtags: platforms append calendars, digits and variants of their own. No longer language is
 * registered; what looks like one is a word, such as `POSIX` or `system`. @see RFC 5646 §2.1, §2.2.1
 */
const LOCALE_PATTERN = /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/;

/** Bound for schemas. RFC 5646 §4.4.1 wants room for 35 characters at least; platforms write up to three times as many. */
export const LOCALE_MAX_LENGTH = 128;

/**
 * The encoding and modifier of a POSIX locale, `de_AT.UTF-8` and `ca_ES@valencia`, and the keywords of Apple's, `th_TH@calendar=buddhist`.
 * @see POSIX.1-2024 §8.2; Unicode Technical Standard 35, "Old Locale Extension Syntax"
 */
const POSIX_ENDING = /(?:\.[A-Za-z0-9-]{1,20})?(?:@[A-Za-z0-9=;_-]{1,120})?$/;

/**
 * Reads a locale as a platform gives it: BCP 47, or with underscores as Dart, Java and POSIX write it.
 *
 * @returns a tag of BCP 47; `null` for a text that is none, such as `C`
 */
export const readLocale = (text: string): string | null => {
  if (text.length > LOCALE_MAX_LENGTH) return null;
  const tag = text.replace(POSIX_ENDING, '').replace(/_+#?/g, '-'); // Java parts a script and extensions by _#, and leaves out a country
  return LOCALE_PATTERN.test(tag) ? tag : null;
};

const languageOf = (locale: string): Language | undefined =>
  LANGUAGES.find((language) => locale.toLowerCase() === language || locale.toLowerCase().startsWith(`${language}-`));

/**
 * Picks the first preferred language that is supported.
 *
 * @param preferences BCP 47 tags, best first; `null` where unknown
 */
export const chooseLanguage = (preferences: readonly (string | null | undefined)[], fallback: Language): Language => {
  for (const preference of preferences) {
    const language = preference ? languageOf(preference) : undefined;
    if (language) return language;
  }
  return fallback;
};

/**
 * The locales of an `Accept-Language` header, best first; malformed ones are skipped.
 *
 * @param header only the first 200 characters are read
 * @see RFC 9110 §12.5.4
 */
export const acceptedLocales = (header: string | undefined): string[] =>
  (header ?? '')
    .slice(0, 200)
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().split(';');
      const quality = parameters.map((p) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(p)?.[1]).find(Boolean);
      return { tag: tag.trim(), quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ tag, quality }) => readLocale(tag) === tag && quality > 0)
    .toSorted((a, b) => b.quality - a.quality)
    .map(({ tag }) => tag);
