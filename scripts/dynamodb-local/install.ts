import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocalHistory.html */
const VERSION = '2.6.1';

/** Of its main archive, so that no other is ever run under this version's name. */
const SHA256 = 'a28d8b4919999b7dee6ffa9fd4e9a08744460657a9bd3e3499e3aad00e1f2cc4';

const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>keyturn</groupId>
  <artifactId>dynamodb-local</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>com.amazonaws</groupId>
      <artifactId>DynamoDBLocal</artifactId>
      <version>${VERSION}</version>
    </dependency>
  </dependencies>
</project>
`;

const folder = fileURLToPath(new URL(`../../node_modules/.cache/keyturn-dynamodb-local/${VERSION}`, import.meta.url));

/** Whether a command is there. */
const runs = (command: string, args: readonly string[]): Promise<boolean> =>
  promisify(execFile)(command, args).then(
    () => true,
    () => false,
  );

/** What of the machine is missing for it; `null` where nothing is. */
export const missingForDynamoDbLocal = async (): Promise<string | null> => {
  if (!(await runs('java', ['-version']))) return 'there is no java (17 or newer)';
  return (await runs('mvn', ['-version'])) ? null : 'there is no mvn';
};

/**
 * Gets AWS's DynamoDB Local from Maven Central, once: 51 MB with what it needs.
 *
 * @returns the folder of its archives
 * @throws Error where it can't be had, or is not the one that is meant
 */
export const installDynamoDbLocal = async (): Promise<string> => {
  const archives = join(folder, 'lib');
  const archive = join(archives, `DynamoDBLocal-${VERSION}.jar`);
  if (!existsSync(archive)) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'pom.xml'), POM);
    await promisify(execFile)('mvn', ['-q', '-B', PLUGIN, `-DoutputDirectory=${archives}`, '-DincludeScope=runtime'], {
      cwd: folder,
    });
  }
  const sum = createHash('sha256')
    .update(await readFile(archive))
    .digest('hex');
  if (sum !== SHA256) throw new Error(`${archive} is not DynamoDB Local ${VERSION}: its SHA-256 is ${sum}`);
  return archives;
};
