import { readFileSync } from 'node:fs';

/** A requirement of OWASP ASVS 5.0. */
export interface Requirement {
  /** `6.2.1` */
  id: string;
  level: 1 | 2 | 3;
  /** Whether it applies: `conditional` where that depends on something; otherwise what can show it. */
  applicability: 'backend' | 'infra/IaC' | 'document' | 'client' | 'conditional' | 'n/a';
  /** In a sentence. */
  paraphrase: string;
}

/** The level that the service is held to. */
const LEVEL = 2;

/** Splits a line of CSV whose quoted fields hold no line ends (RFC 4180). */
const fieldsOf = (line: string): string[] =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain = '']) =>
    quoted === undefined ? plain : quoted.replaceAll('""', '"'),
  );

/**
 * The requirements that were judged for this project, from test/data.
 *
 * @see test/data/LICENSE.asvs.CC-BY-SA-4.0.txt
 */
export const readRequirements = (): Requirement[] => {
  const file = new URL('../../test/data/asvs_applicability.csv', import.meta.url);
  const [, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const [id = '', level = '', applicability = '', paraphrase = ''] = fieldsOf(line);
    return { id, level: Number(level), applicability, paraphrase } as Requirement;
  });
};

/** Whether a statement about it is due. */
export const applies = ({ level, applicability }: Requirement): boolean => level <= LEVEL && applicability !== 'n/a';
