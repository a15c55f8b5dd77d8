/** Languages of messages and pages; the first is the default. */
export const LANGUAGES = ['en', 'de'] as const;

export type Language = (typeof LANGUAGES)[number];

/** The used part of BCP 47: language, optional script, region, variants. @see RFC 5646 §2.1 */
export const LOCALE_PATTERN = /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}$/;

/** Bound for schemas. */
export const LOCALE_MAX_LENGTH = 35;

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
    .filter(({ tag, quality }) => LOCALE_PATTERN.test(tag) && quality > 0)
    .toSorted((a, b) => b.quality - a.quality)
    .map(({ tag }) => tag);
