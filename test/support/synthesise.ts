import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Environment, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { AccountSecurityStack } from '../../infra/account-security-stack.ts';
import { FlowAlarms } from '../../infra/constructs/flow-alarms.ts';
import { GradualRollout } from '../../infra/constructs/gradual-rollout.ts';
import type { KeyturnProps } from '../../infra/keyturn.ts';
import type { SettingsInput } from '../../shared/settings/settings.ts';
import { builtBundles } from './built-bundles.ts';
import { keptTemplate } from './kept-template.ts';

const REQUIRED: SettingsInput = {
  productName: 'Bookshelf',
  sender: 'no-reply@bookshelf.example',
  publicUrl: 'https://auth.bookshelf.example',
};

/** Settings with captchas, and nothing else of them but what has to be set. */
export const WITH_CAPTCHAS = {
  captcha: { enabled: true, siteKey: 'a-site-key' },
} as const satisfies Partial<SettingsInput>;

/** Settings with all that the stack has for SMS: codes by Notify, the rest by SNS, and its log. */
export const WITH_ALL_SMS = {
  recovery: { byPhone: false },
  sms: {
    countries: ['DE', 'FR', 'GB'],
    channel: 'notify',
    notify: { configurationId: 'notify-1', templates: { en: 'notify-code-verification-english-001' } },
    originators: { DE: 'MYAPP', GB: 'MYAPP' },
  },
  deployment: { sms: { monthlyLimitUsd: 100, notifyMonthlyLimitUsd: 50, deliveryLogs: true } },
} satisfies Partial<SettingsInput>;

export interface SynthesiseOptions extends Partial<Omit<KeyturnProps, 'settings'>> {
  /** Beside the three required ones, which are set here. */
  settings?: Partial<SettingsInput>;
  /** Without account and region by default, as without credentials. */
  env?: Environment;
  /** Whether the alarms of single flows stay in the stack of their own, as they are deployed; among the others unless set. */
  apart?: boolean;
}

/**
 * The feature flags of cdk.json. Bundles are not copied: the template names them all the same. There is no report of annotations,
 * which would repeat our own warnings.
 */
const contextOfSynthesis = async (): Promise<Record<string, unknown>> => {
  const { context } = JSON.parse(await readFile(new URL('../../cdk.json', import.meta.url), 'utf8'));
  return {
    ...context,
    'aws:cdk:disable-asset-staging': true,
    '@aws-cdk/core:annotationsInValidationReport': false,
  };
};

/** A value of a template, with some of its references taken for others. */
const replaced = (value: unknown, valueFor: (reference: Record<string, unknown>) => unknown): unknown => {
  if (Array.isArray(value)) return value.map((part) => replaced(part, valueFor));
  if (typeof value !== 'object' || value === null) return value;
  const found = valueFor(value as Record<string, unknown>);
  if (found !== undefined) return found;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, replaced(part, valueFor)]));
};

interface PlainTemplate {
  Resources: Record<string, { Properties?: { Parameters?: Record<string, unknown> } }>;
  Outputs?: Record<string, { Value: unknown }>;
}

/** The template of a stack with the alarms of single flows among its own resources, which read and show each other. */
const withFlowAlarms = (stack: Stack): Record<string, unknown> => {
  const nested = stack.node.findAll().find((construct) => construct instanceof FlowAlarms);
  if (!nested?.nestedStackResource) throw new Error('there are no alarms of flows');
  const id = stack.getLogicalId(nested.nestedStackResource);
  const around = Template.fromStack(stack).toJSON() as PlainTemplate;
  const inside = Template.fromStack(nested).toJSON() as PlainTemplate;
  const given = around.Resources[id]?.Properties?.Parameters ?? {};
  const flat = replaced(inside, ({ Ref }) => (typeof Ref === 'string' ? given[Ref] : undefined)) as PlainTemplate;
  const { [id]: _, ...resources } = around.Resources;
  return replaced({ ...around, Resources: { ...resources, ...flat.Resources } }, ({ 'Fn::GetAtt': of }) => {
    const [from, output] = Array.isArray(of) ? of : [];
    return from === id ? flat.Outputs?.[String(output).replace('Outputs.', '')]?.Value : undefined;
  }) as Record<string, unknown>;
};

/**
 * A template, as `cdk synth` makes it.
 *
 * @param pick the stack that it is of
 */
const makeTemplate = async (
  { settings = {}, apart = false, ...rest }: SynthesiseOptions,
  pick: (stack: Stack) => Stack = (stack) => stack,
): Promise<Record<string, unknown>> => {
  const outdir = await mkdtemp(join(tmpdir(), 'keyturn-synth-'));
  try {
    const app = new App({
      context: await contextOfSynthesis(),
      outdir,
      analyticsReporting: false,
      builtinCloudFormationValidation: false, // takes as long as all else; what run-app.ts synthesises is validated
    });
    const stack = new AccountSecurityStack(app, 'Keyturn', { settings: { ...REQUIRED, ...settings }, ...rest });
    const picked = pick(stack);
    return picked === stack && !apart ? withFlowAlarms(stack) : Template.fromStack(picked).toJSON();
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
};

/**
 * The template of the stack with some settings, for assertions. It is made once for all suites; the bundles are built first where
 * they are missing.
 *
 * @throws Error that names each setting that is missing or wrong
 */
export const synthesise = async (options: SynthesiseOptions = {}): Promise<Template> => {
  await builtBundles();
  const hasConstructs = Object.values(options).some((value) => Construct.isConstruct(value));
  const make = () => makeTemplate(options);
  return Template.fromJSON(await (hasConstructs ? make() : keptTemplate(JSON.stringify(options), make)));
};

/** The template of the nested stack with CodeDeploy, of a stack with `deployment.gradual`. */
export const synthesiseRollout = async (): Promise<Template> => {
  await builtBundles();
  const rolloutOf = (stack: Stack): Stack => {
    const found = stack.node.findAll().find((construct) => construct instanceof GradualRollout);
    if (!found) throw new Error('there is no rollout');
    return found;
  };
  const make = () => makeTemplate({ settings: { deployment: { gradual: { enabled: true, minutes: 10 } } } }, rolloutOf);
  return Template.fromJSON(await keptTemplate('the rollout', make));
};
