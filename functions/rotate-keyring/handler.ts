import { makeKeyringMaterial } from '../../shared/keyring/keyring-material.ts';
import { readKeyringText } from '../../shared/keyring/keyring-text.ts';
import { makeFirstKeyring, rotateKeyring as makeNextKeyring } from '../../shared/keyring/rotate-keyring.ts';
import { rotationHandler } from '../../shared/lambda/rotation-handler.ts';
import { processRuntime, type Runtime } from '../../shared/lambda/runtime.ts';
import { checkRotation } from './check-rotation.ts';
import { rotateKeyring } from './contract.ts';
import { makeRotateKeyring } from './flow.ts';
import { openKeyringVersions } from './keyring-versions.ts';

export const wire = (runtime: Runtime) =>
  rotationHandler({
    contract: rotateKeyring,
    runtime,
    connect: async () => {
      const secretId = runtime.config.keyring ?? '';
      return makeRotateKeyring({
        ...runtime,
        secretId,
        versions: openKeyringVersions(secretId),
        material: makeKeyringMaterial(runtime),
        readKeyringText,
        makeFirstKeyring,
        rotateKeyring: makeNextKeyring,
        checkRotation,
      });
    },
  });

export const handler = wire(processRuntime(rotateKeyring));
