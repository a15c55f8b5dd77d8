import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';

/**
 * A directory of this package's dist/.
 *
 * @throws Error where it has not been built
 */
const builtFolder = (name: string): string => {
  const root = fileURLToPath(new URL('.', import.meta.resolve('keyturn/package.json')));
  const folder = join(root, 'dist', name);
  if (!existsSync(join(folder, 'index.js')))
    throw new Error(`There is no bundle of ${name}: run "npm run build" first.`);
  return folder;
};

/** The code of a flow's function. @throws Error where it has not been built */
export const bundleOf = (flow: string): Code => Code.fromAsset(builtFolder(flow));

/**
 * The same with the SDK's client of DynamoDB beside it, which the function loads where it is told to.
 *
 * @throws Error where it has not been built
 */
export const bundleWithSdkOf = (flow: string): Code => {
  const [bundle, client] = [builtFolder(flow), builtFolder('sdk-dynamo-client')];
  return Code.fromAsset(bundle, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('scratch'), // the CDK wants one, and never starts it
      local: {
        tryBundle: (outputFolder) => {
          cpSync(bundle, outputFolder, { recursive: true });
          cpSync(join(client, 'index.js'), join(outputFolder, 'sdk-dynamo-client.js'));
          return true;
        },
      },
    },
  });
};
