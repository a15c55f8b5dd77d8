import { createRequire } from 'node:module';
import { join } from 'node:path';

/** The package with the database's binary, by platform. */
const PACKAGES: Readonly<Record<string, string>> = { 'linux-x64': '@dynoxide/linux-x64' };

/** This platform has no embedded database, or it can't be started; the message says what to do instead. */
export class NoEmbeddedDynamo extends Error {
  override readonly name = 'NoEmbeddedDynamo';
}

/**
 * Path of the database's binary.
 *
 * @throws NoEmbeddedDynamo
 */
export const dynoxideBinary = (): string => {
  const platform = `${process.platform}-${process.arch}`;
  const packageName = PACKAGES[platform];
  const help =
    'Start any DynamoDB-compatible server and name it: AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000 npm start';
  if (!packageName) throw new NoEmbeddedDynamo(`The embedded DynamoDB has no binary for ${platform}. ${help}`);
  try {
    const { resolve } = createRequire(import.meta.url);
    return join(resolve(`${packageName}/package.json`), '..', 'dynoxide');
  } catch {
    throw new NoEmbeddedDynamo(
      `The embedded DynamoDB (${packageName}) is not installed; npm ci installs it. Or: ${help}`,
    );
  }
};
