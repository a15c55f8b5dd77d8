import { makeKeyringMaterial } from '../../shared/keyring/keyring-material.ts';
import { serveRotation } from '../../shared/lambda/rotation-handler.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import type { Scope } from '../../shared/lambda/scope.ts';
import { rotateKeyring } from './contract.ts';
import { makeRotateKeyring } from './flow.ts';
import { provideKeyringVersions } from './keyring-versions.ts';

export const wire = serveRotation({
  contract: rotateKeyring,
  uses: {
    secretId: ({ config }: Scope) => config.keyring ?? '',
    versions: provideKeyringVersions,
    material: makeKeyringMaterial,
  },
  flow: makeRotateKeyring,
});

export const handler = wire(processRuntime(rotateKeyring));
