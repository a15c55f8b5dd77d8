import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';

const outputsFile = z.record(z.string(), z.record(z.string(), z.string()));

/** @throws Error that says what is wrong with the file, without anything of its content */
const readOutputs = (file: string): z.infer<typeof outputsFile> => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} can't be read (${(error as NodeJS.ErrnoException).code})`, { cause: error });
  }
  try {
    return outputsFile.parse(JSON.parse(text));
  } catch {
    throw new Error(`${file} is not what "cdk deploy --outputs-file" writes`);
  }
};

/**
 * Reads the outputs that `cdk deploy --outputs-file` wrote: of the named stack, or of the only one that has all wanted
 * outputs.
 *
 * @throws Error that says what to write instead
 */
export const stackOutputs = <Name extends string>({
  file,
  stack: wanted,
  names,
}: {
  file: string;
  /** `undefined` for no name. */
  stack: string | undefined;
  names: readonly Name[];
}): Readonly<Record<Name, string>> => {
  const stacks = Object.entries(readOutputs(file)).filter(
    (entry): entry is [string, Record<Name, string>] =>
      names.every((name) => entry[1][name] !== undefined) && (wanted === undefined || entry[0] === wanted),
  );
  const [stack, ...others] = stacks;
  if (!stack) throw new Error(`${file} has no ${wanted ?? 'stack'} with the outputs ${names.join(', ')}`);
  if (others.length > 0) throw new Error(`${file} has ${stacks.map(([name]) => name).join(', ')}: add --stack <name>`);
  return stack[1];
};
