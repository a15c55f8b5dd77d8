import { fileURLToPath } from 'node:url';
import { type BuildResult, build, type Plugin } from 'esbuild';
import * as manifest from '../functions/manifest.ts';
import type { Contract } from '../shared/contract/contract.ts';
import { readsNamedAddress } from '../shared/contract/trusted-callers.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const secretReaderAtOnce: Plugin = {
  name: 'secret-reader-at-once',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/load-secret-reader\.ts$/ }, () => ({ path: `${root}scripts/secret-reader-at-once.ts` }));
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

const contracts: readonly Contract[] = Object.values(manifest);

/**
 * Bundles every function of the manifest into `<outdir>/<flow>/index.js`, in one call of esbuild. CommonJS, because it
 * loads 20 ms faster than modules; with the AWS SDK inside, because the runtime's own is slower and changes. Flows that trusted
 * callers name addresses to have `verify-signature.js` beside it.
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
    absWorkingDir: root,
    entryPoints: [
      ...contracts.map(({ flow }) => ({ in: `${root}functions/${flow}/handler.ts`, out: `${flow}/index` })),
      ...contracts
        .filter(readsNamedAddress)
        .map(({ flow }) => ({ in: `${root}shared/callers/verify-signature.ts`, out: `${flow}/${VERIFIER_NAME}` })),
    ],
    outdir,
    write,
    metafile: true,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    // Lambda passes credentials as environment variables; loading the SDK's chain of twelve other sources costs 11 ms.
    alias: { '@aws-sdk/credential-provider-node': `${root}scripts/environment-credentials.ts` },
    plugins: [secretReaderAtOnce, verifierAside],
    legalComments: 'none',
    logLevel: 'warning',
  });
