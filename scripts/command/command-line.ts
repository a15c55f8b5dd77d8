import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { REGION } from '../../shared/primitives/region.ts';
import { stackOutputs } from './stack-outputs.ts';

/** An option with a text, and one that is there or not. */
export const TEXT = { type: 'string' } as const;
export const SWITCH = { type: 'boolean', default: false } as const;

/** What every command takes. */
const COMMON = {
  region: TEXT,
  help: { ...SWITCH, short: 'h' },
} as const;

/** Where a command finds the names of resources. */
const OUTPUTS = { outputs: TEXT, stack: TEXT } as const;

/** Those that every command explains alike: the last part of each help text, but for the command's own permissions. */
export const COMMON_USAGE = `  --outputs <file> [--stack <name>]   what "cdk deploy --outputs-file cdk-outputs.json" wrote, and which stack of it; "aws cloudformation
                    describe-stacks" prints the same names
  --region <name>   where the stack is, such as eu-west-1; unless given, the AWS SDK's own (AWS_REGION, the profile)

Credentials are the AWS SDK's own (AWS_PROFILE …).`;

/** What has been read of a command line. */
interface CommandLine<Options extends ParseArgsOptionsConfig> {
  values: ReturnType<typeof parseArgs<{ options: typeof COMMON & typeof OUTPUTS & Options }>>['values'];
  /** What stands beside the options, in its order. */
  words: string[];
}

/** What every command's arguments have. */
export interface CommonArguments {
  /** Of AWS; absent where the SDK is to find it. */
  region?: string | undefined;
}

/** As infra/app.ts names it. */
export const DEFAULT_STACK = 'Keyturn';

/** @see CloudFormation API Reference, CreateStack, "StackName" */
const STACK_NAME = /^[A-Za-z][A-Za-z0-9-]{0,127}$/;

/** The stack that is named, for a command that asks AWS for it. @throws Error that says what to give */
export const readStackName = (stack: string = DEFAULT_STACK): string => {
  if (!STACK_NAME.test(stack)) throw new Error(`give --stack the name of a stack, such as ${DEFAULT_STACK}`);
  return stack;
};

/** An option that stands twice is no slip to guess about: one of the two may be of another stage. */
const refuseRepeats = (tokens: readonly { kind: string; name?: string }[], options: ParseArgsOptionsConfig): void => {
  const isSingle = (name: string): boolean => options[name]?.multiple !== true;
  const names = tokens
    .flatMap(({ kind, name }) => (kind === 'option' && name !== undefined ? [name] : []))
    .filter(isSingle);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`--${twice} is given more than once`);
};

/**
 * Reads a command line: the command's own options, and those that all commands have.
 *
 * @param options the command's own
 * @param most how many words may stand beside them
 * @param takesOutputs whether names of resources come from the stack's outputs; `false` where the command asks AWS for them
 * @returns `null` where help is asked for
 * @throws Error that says what is wrong with it
 */
export const readCommandLine = <Options extends ParseArgsOptionsConfig>(
  args: string[],
  { options, most, takesOutputs = true }: { options: Options; most: number; takesOutputs?: boolean },
): CommandLine<Options> | null => {
  const { values, positionals, tokens } = parseArgs({
    args,
    options: { ...COMMON, ...(takesOutputs && OUTPUTS), ...options },
    allowPositionals: true,
    tokens: true,
  });
  const { help, region, stack, outputs } = values as { help: boolean } & Partial<Record<string, string>>;
  if (help) return null;
  refuseRepeats(tokens, options);
  const [surplus] = positionals.slice(most);
  if (surplus !== undefined) throw new Error(`there is a word too many: ${surplus}`);
  if (region !== undefined && !REGION.test(region)) throw new Error('--region takes the name of a region: eu-west-1');
  if (takesOutputs && stack !== undefined && outputs === undefined) throw new Error('--stack goes with --outputs');
  return { values, words: positionals };
};

/** As a sentence says them: `--a`, `both --a and --b`, `all of --a, --b and --c`. */
const inWords = (options: readonly string[]): string => {
  const names = options.map((option) => `--${option}`);
  const last = names.pop() ?? '';
  if (names.length === 0) return last;
  return `${names.length === 1 ? 'both' : 'all of'} ${names.join(', ')} and ${last}`;
};

/**
 * Names of deployed resources: from the outputs of the stack, or each from an option of its own.
 *
 * @param values of the command line
 * @param outputOf the output that has the name, by the option that may name it instead
 * @param orElse what else could stand in their place, for the message
 * @throws Error that says what to give, or what is wrong with the file
 */
export const readResources = <Option extends string>(
  values: { outputs?: string | undefined; stack?: string | undefined } & {
    [option in NoInfer<Option>]?: string | undefined;
  },
  outputOf: Readonly<Record<Option, string>>,
  orElse: readonly string[] = [],
): Readonly<Record<Option, string>> => {
  const options = Object.keys(outputOf) as Option[];
  const named = options.filter((option) => values[option] !== undefined);
  const { outputs: file, stack } = values;
  const areAllNamed = named.length === options.length;
  if ((file === undefined ? !areAllNamed : named.length > 0) || named.some((option) => values[option] === '')) {
    const ways = ['--outputs', ...orElse, inWords(options)];
    const isPair = ways.length === 2 && options.length === 1;
    throw new Error(`give either ${ways.slice(0, -1).join(', or ')}${isPair ? '' : ','} or ${ways.at(-1)}`);
  }
  const found = file === undefined ? null : stackOutputs({ file, stack, names: Object.values<string>(outputOf) });
  const nameOf = (option: Option): string => (found ? found[outputOf[option]] : values[option]) ?? '';
  return Object.fromEntries(options.map((option) => [option, nameOf(option)])) as Record<Option, string>;
};
