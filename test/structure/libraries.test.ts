import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** Clients that the record lists without their scope. */
const unscoped = (name: string): string => name.replace(/^@aws-sdk\//, '');

describe('the libraries', () => {
  it('are all in the record that says why and what each costs, development and CDK included', () => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read('package.json'));
    const names = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
    const words = new Set(read('docs/adr/0007-libraries.md').match(/@?[\w-]+(\/[\w-]+)?/g));

    expect(names.filter((name) => !words.has(name) && !words.has(unscoped(name)))).toEqual([]);
  });
});
