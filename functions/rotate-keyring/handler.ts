import { processRuntime, type Runtime } from '../../shared/config/runtime.ts';
import { checkRotation } from '../../shared/crypto/check-rotation.ts';
import { makeKeyringMaterial } from '../../shared/crypto/keyring-material.ts';
import { readKeyringText } from '../../shared/crypto/keyring-text.ts';
import { openKeyringVersions } from '../../shared/crypto/keyring-versions.ts';
import { makeFirstKeyring, rotateKeyring as makeNextKeyring } from '../../shared/crypto/rotate-keyring.ts';
import { rotationHandler } from '../../shared/rotation/rotation-handler.ts';
import { rotateKeyring } from './contract.ts';
import { makeRotateKeyring } from './flow.ts';

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
