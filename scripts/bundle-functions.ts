import { fileURLToPath } from 'node:url';
import { type BuildOptions, type BuildResult, build, type Plugin } from 'esbuild';
import * as manifest from '../functions/manifest.ts';
import type { Contract } from '../shared/contract/contract.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The SDK's client of DynamoDB is a file beside a function, for those who ask for it (`dynamo: 'sdk'`). */
const sdkDynamoClientAside: Plugin = {
  name: 'sdk-dynamo-client-aside',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/load-sdk-dynamo-client\.ts$/ }, () => ({
      path: `${root}scripts/sdk-dynamo-client-aside.ts`,
    }));
  },
};

/** What all bundles have alike. */
const OPTIONS = {
  absWorkingDir: root,
  metafile: true,
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  mainFields: ['module', 'main'],
  // Lambda passes credentials as environment variables; loading the SDK's chain of twelve other sources costs 11 ms.
  alias: { '@aws-sdk/credential-provider-node': `${root}scripts/environment-credentials.ts` },
  legalComments: 'none',
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** The name of the SDK's client in dist/, where there is one copy of it, and beside a function that uses it. */
export const SDK_DYNAMO_CLIENT = 'sdk-dynamo-client';

/**
 * Bundles the SDK's client of DynamoDB for the functions, where an operator wants it in the place of the project's own.
 *
 * @param outfile an absolute path
 */
export const bundleSdkDynamoClient = (outfile: string): Promise<BuildResult<{ metafile: true }>> =>
  build({ ...OPTIONS, entryPoints: [`${root}shared/aws/sdk-dynamo-client.ts`], outfile });

/**
 * Bundles every function of the manifest into `<outdir>/<flow>/index.js`, in one call of esbuild. CommonJS, because it
 * loads 20 ms faster than modules; with the AWS SDK inside, because the runtime's own is slower and changes.
 *
 * @param outdir an absolute path
 * @param write whether to write files, or only to report what they would contain
 * @returns with the metafile, whose paths begin at the project's root
 */
export const bundleFunctions = ({
  outdir,
  write,
}: {
  outdir: string;
  write: boolean;
}): Promise<BuildResult<{ metafile: true }>> =>
  build({
    ...OPTIONS,
    entryPoints: (Object.values(manifest) as Contract[]).map(({ flow }) => ({
      in: `${root}functions/${flow}/handler.ts`,
      out: `${flow}/index`,
    })),
    outdir,
    write,
    plugins: [sdkDynamoClientAside],
  });
