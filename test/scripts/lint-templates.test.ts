import { describe, expect, it } from '@jest/globals';
import { complaintsOf, EXCEPTIONS, type Linter } from '../../scripts/lint-templates/exceptions.ts';

const LINTERS = Object.keys(EXCEPTIONS) as Linter[];

describe.each(LINTERS)('what %s says of the templates', (linter) => {
  const excepted = Object.keys(EXCEPTIONS[linter]).map((rule) => ({ rule, says: 'of a resource' }));

  it('is let be where an exception says why', () => {
    expect(complaintsOf(linter, [...excepted, ...excepted])).toEqual([]);
  });

  it('is a complaint where none does', () => {
    expect(complaintsOf(linter, [...excepted, { rule: 'E9999', says: 'Keyturn.json Table: wrong' }])).toEqual([
      `${linter} E9999: Keyturn.json Table: wrong`,
    ]);
  });

  it('takes its exception with it when it is gone', () => {
    const [first, ...others] = excepted;

    expect(complaintsOf(linter, others)).toEqual([
      `${linter} ${first?.rule}: an exception, and nothing is found of it`,
    ]);
  });
});
