import { fileURLToPath } from 'node:url';
import { type BuildOptions, type BuildResult, build, type Plugin } from 'esbuild';
import * as manifest from '../functions/manifest.ts';
import type { Contract } from '../shared/contract/contract.ts';
import { readsNamedAddress } from '../shared/contract/trusted-callers.ts';

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

const argon2Beside: Plugin = {
  name: 'argon2-beside-bundle',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^@node-rs\/argon2$/ }, () => ({ path: `${root}scripts/argon2-in-bundle.ts` }));
  },
};

/** What verifies the signatures of trusted callers: a file beside the bundle, so that functions without such callers don't load it. */
export const VERIFIER_NAME = 'verify-signature';

const verifierAside: Plugin = {
  name: 'verifier-aside',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/verify-signature\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: `./${VERIFIER_NAME}.js`, external: true } : undefined,
    );
  },
};

/** How everything is bundled that Lambda loads. */
export const FOR_LAMBDA = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  mainFields: ['module', 'main'],
} as const satisfies BuildOptions;

/** What all bundles have alike. */
const OPTIONS = {
  ...FOR_LAMBDA,
  absWorkingDir: root,
  metafile: true,
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

const contracts: readonly Contract[] = Object.values(manifest);

/**
 * Bundles every function of the manifest into `<outdir>/<flow>/index.js`, in one call of esbuild. CommonJS, because it
 * loads 20 ms faster than modules; with the AWS SDK inside, because the runtime's own is slower and changes. Flows that trusted
 * callers name addresses to have `verify-signature.js` beside it.
 *
 * @param outdir an absolute path
 * @param write whether to write files, or only to report what they would contain
 * @param others entries that are bundled beside them and alike, by the name of their folder
 * @returns with the metafile, whose paths begin at the project's root
 */
export const bundleFunctions = ({
  outdir,
  write,
  others = {},
}: {
  outdir: string;
  write: boolean;
  others?: Readonly<Record<string, string>>;
}): Promise<BuildResult<{ metafile: true }>> =>
  build({
    ...OPTIONS,
    entryPoints: [
      ...contracts.map(({ flow }) => [`${flow}/index`, `functions/${flow}/handler.ts`] as const),
      ...contracts
        .filter(readsNamedAddress)
        .map(({ flow }) => [`${flow}/${VERIFIER_NAME}`, 'shared/callers/verify-signature.ts'] as const),
      ...Object.entries(others).map(([name, file]) => [`${name}/index`, file] as const),
    ].map(([out, file]) => ({ in: `${root}${file}`, out })),
    outdir,
    write,
    plugins: [sdkDynamoClientAside, argon2Beside, verifierAside],
  });
