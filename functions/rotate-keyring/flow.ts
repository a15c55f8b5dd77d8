import type { KeyringDocument } from '../../shared/keyring/keyring.ts';
import type { KeyringMaterial } from '../../shared/keyring/keyring-material.ts';
import { readKeyringText } from '../../shared/keyring/keyring-text.ts';
import { makeFirstKeyring, rotateKeyring } from '../../shared/keyring/rotate-keyring.ts';
import { RotationRefused } from '../../shared/keyring/rotation-refused.ts';
import type { RotationOutcome, RotationStep } from '../../shared/lambda/rotation-handler.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { checkRotation } from './check-rotation.ts';
import type { KeyringVersions } from './keyring-versions.ts';

export interface RotateKeyringDeps {
  /** The secret that is the keyring. */
  secretId: string;
  versions: KeyringVersions;
  material: KeyringMaterial;
  clock: Clock;
}

/**
 * Does one step of a rotation. Secrets Manager repeats steps and may do so at the same time, so each changes nothing the second time.
 *
 * @throws RotationRefused, KeyringBroken, SecretUnavailable, SecretRefused
 * @see Secrets Manager user guide, "Rotation function by Lambda"
 */
export const makeRotateKeyring = (deps: RotateKeyringDeps) => {
  const { versions, material, clock } = deps;

  const create = async (versionId: string): Promise<RotationOutcome> => {
    if ((await versions.textOf(versionId)) !== null) return 'nothing-to-do';
    const current = await versions.current();
    // The first keyring replaces a placeholder. A broken keyring throws, because what it replaced could not be
    // restored.
    const keyring = current && readKeyringText(current.text);
    const next = keyring
      ? await rotateKeyring(keyring, { material, nowSeconds: clock.nowSeconds() })
      : await makeFirstKeyring(material);
    const stored = await versions.store({ versionId, text: JSON.stringify(next) });
    return stored ? 'done' : 'nothing-to-do'; // another call of this step was first, and its keys count
  };

  /** @returns the version that may be replaced; `null` where there is none */
  const check = async (versionId: string): Promise<string | null> => {
    const text = await versions.textOf(versionId);
    const next: KeyringDocument | null = text === null ? null : readKeyringText(text);
    if (!next) throw new RotationRefused('version-empty');
    const current = await versions.current();
    checkRotation({ current: current && readKeyringText(current.text), next, nowSeconds: clock.nowSeconds() });
    return current?.versionId ?? null;
  };

  const finish = async (versionId: string): Promise<RotationOutcome> => {
    // Checked again: the current version may be another since the test, and only the one that is checked here is replaced.
    const insteadOf = await check(versionId);
    if (await versions.makeCurrent({ versionId, insteadOf })) return 'done';
    if ((await versions.stateOf(versionId)) === 'current') return 'nothing-to-do';
    throw new RotationRefused('overtaken');
  };

  return async ({ step, secretId, versionId }: RotationStep): Promise<RotationOutcome> => {
    if (secretId !== deps.secretId) throw new RotationRefused('other-secret');
    const state = await versions.stateOf(versionId);
    if (state === null) throw new RotationRefused('version-unknown');
    if (state === 'current') return 'nothing-to-do';
    if (state !== 'pending') throw new RotationRefused('version-not-pending');

    switch (step) {
      case 'createSecret':
        return create(versionId);
      case 'setSecret':
        return 'nothing-to-do'; // this rotation has no keys of its own
      case 'testSecret':
        await check(versionId);
        return 'done';
      case 'finishSecret':
        return finish(versionId);
    }
  };
};
