import { join } from 'node:path';
import * as z from 'zod/mini';
import { run, templateTools } from '../clients/tools.ts';
import type { Finding, Linter } from './exceptions.ts';

const cfnLintReport = z.array(
  z.object({
    Filename: z.string(),
    Message: z.string(),
    Rule: z.object({ Id: z.string() }),
    Location: z.object({ Path: z.nullable(z.array(z.union([z.string(), z.number()]))) }),
  }),
);

const checkovReport = z.object({
  results: z.object({
    failed_checks: z.array(
      z.object({ check_id: z.string(), check_name: z.string(), file_path: z.string(), resource: z.string() }),
    ),
  }),
  summary: z.object({ parsing_errors: z.number() }),
});

/** Its status says what it found, so it is 0 with `--non-zero-exit-code none`. @see cfn-lint, "Exit codes" */
const cfnLint = async (files: readonly string[]): Promise<Finding[]> => {
  const program = join(await templateTools('cfn-lint'), 'cfn-lint');
  const output = await run(program, ['--format', 'json', '--non-zero-exit-code', 'none', ...files]);
  return cfnLintReport.parse(JSON.parse(output)).map(({ Filename, Message, Rule, Location }) => ({
    rule: Rule.Id,
    says: `${Filename} ${(Location.Path ?? []).join('.')}: ${Message}`,
  }));
};

/** Without a network of its own. One that can't read a template has found something too. */
const checkov = async (files: readonly string[]): Promise<Finding[]> => {
  const program = join(await templateTools('checkov'), 'checkov');
  const flags = ['--framework', 'cloudformation', '--output', 'json', '--compact', '--quiet', '--skip-download'];
  const output = await run(program, [...flags, '--soft-fail', ...files.flatMap((file) => ['--file', file])]);
  const { results, summary } = checkovReport.parse(JSON.parse(output));
  return [
    ...(summary.parsing_errors > 0
      ? [{ rule: 'parsing', says: `${summary.parsing_errors} templates can't be read` }]
      : []),
    ...results.failed_checks.map(({ check_id: rule, check_name: name, file_path: file, resource }) => ({
      rule,
      says: `${file} ${resource}: ${name}`,
    })),
  ];
};

/** What each says of templates. */
export const LINTERS: Readonly<Record<Linter, (files: readonly string[]) => Promise<Finding[]>>> = {
  'cfn-lint': cfnLint,
  checkov,
};
