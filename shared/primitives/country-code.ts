/** Unknown or invalid territory, of CLDR. */
const UNKNOWN = 'ZZ';

let names: Intl.DisplayNames | undefined;

/** Whether a text is the code of a country or territory. @see ISO 3166-1 alpha-2; Unicode CLDR for which there are */
export const isCountryCode = (text: string): boolean => {
  if (!/^[A-Z]{2}$/.test(text) || text === UNKNOWN) return false;
  names ??= new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
  return names.of(text) !== undefined;
};
