/**
 * Writes shared/account/common-passwords.json from zxcvbn's list (MIT): the passwords of 8 characters or more, which
 * the length rule alone would accept, most common first.
 */
import { writeFileSync } from 'node:fs';
import zxcvbnCommon from '@zxcvbn-ts/language-common';

const LIST_LENGTH = 10_000;
const SHORTEST_ALLOWED = 8;

const ranked: string[] = zxcvbnCommon.dictionary['passwords-common'];
const fitting = ranked
  .map((password) => password.normalize('NFKC').toLowerCase())
  .filter((password) => Array.from(password).length >= SHORTEST_ALLOWED);
const list = [...new Set(fitting)].slice(0, LIST_LENGTH);

writeFileSync(
  new URL('../shared/account/common-passwords.json', import.meta.url),
  `[\n${list.map((password) => JSON.stringify(password)).join(',\n')}\n]\n`,
);
console.log(`${list.length} passwords written`);
