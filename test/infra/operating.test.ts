import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { SettingsInput } from '../../shared/settings/settings.ts';
import { type AppRun, runApp } from '../support/run-app.ts';

/** The page's abbreviation for the rest of an ARN. */
const ELISION = '/…"';
const CERTIFICATE_ID = '/0a1b2c3d-0000-4000-8000-000000000000"';

describe('the page on operating', () => {
  let page: string;
  let settings: SettingsInput;
  let run: AppRun;

  beforeAll(async () => {
    page = await readFile(new URL('../../docs/operating.md', import.meta.url), 'utf8');
    const [, block = ''] = /```json\n("keyturn": \{.*?)\n```/s.exec(page) ?? [];
    settings = JSON.parse(`{${block.replace(ELISION, CERTIFICATE_ID)}}`).keyturn;
    run = await runApp(settings, 'eu-central-1');
  });

  it('shows settings that cdk-nag and the validation of CloudFormation are satisfied with, a mail for alarms among them', () => {
    expect(settings.deployment?.alarmEmail).toMatch(/@/);
    expect(run).toMatchObject({ code: 0 });
  });

  it('finds the tables that a stack has left by the names that CloudFormation makes of theirs', () => {
    const [, prefix = ''] = /starts_with\(@, '\$STACK-(\w+)'\)/.exec(page) ?? [];
    const tables = Object.entries(run.templates.Keyturn?.Resources ?? {}).filter(
      ([, { Type }]) => Type === 'AWS::DynamoDB::GlobalTable',
    );

    const missed = tables.filter(
      ([id, { Properties }]) => !id.startsWith(prefix) || Properties?.TableName !== undefined,
    );
    expect(prefix).not.toBe('');
    expect(tables).toHaveLength(4);
    expect(missed).toEqual([]);
  });

  it('has apps of their own name the stack of the edge as its commands look for it', () => {
    const [, stack] = /export .*STACK=(\w+)/.exec(page) ?? [];
    const [, edge] = /new EdgeStack\(app, '(\w+)'/.exec(page) ?? [];
    const named = [...page.matchAll(/--stack-name \$\{STACK\}(\w+)/g)].map(([, suffix = '']) => suffix);

    expect(named.length).toBeGreaterThan(1);
    for (const suffix of named) expect(edge).toBe(`${stack}${suffix}`);
  });

  it('finds the configuration set by its type: the stack has one', () => {
    const [, type] = /--configuration-set-name [^`]*ResourceType=='([\w:]+)'/.exec(page) ?? [];
    const sets = Object.values(run.templates.Keyturn?.Resources ?? {}).filter(({ Type }) => Type === type);

    expect(sets).toHaveLength(1);
  });
});
