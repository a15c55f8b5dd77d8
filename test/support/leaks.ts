/** Part of a secret's base64 that does not depend on what surrounds it, for each of the three alignments. */
const coreOfBase64 = (secret: string, shift: number): string =>
  Buffer.from(' '.repeat(shift) + secret)
    .toString('base64')
    .slice(shift === 0 ? 0 : 4, -4)
    .replace(/=+$/, '');

/** The encodings from which a secret could be recovered. */
const spellings = (secret: string): string[] => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString('hex'),
  ...(secret.length > 12 ? [0, 1, 2].map((shift) => coreOfBase64(secret, shift)) : []),
];

const bare = (text: string): string => text.toLowerCase().replace(/[\s-]/g, '');

/**
 * Names of the secrets that a text contains in any encoding.
 *
 * @param secrets by a name that a failing test may print
 */
export const leaksIn = (text: string | readonly string[], secrets: Readonly<Record<string, string>>): string[] => {
  const searched = typeof text === 'string' ? text : text.join('\n');
  return Object.entries(secrets)
    .filter(
      ([, secret]) =>
        spellings(secret).some((spelling) => searched.includes(spelling)) || bare(searched).includes(bare(secret)),
    )
    .map(([name]) => name);
};
