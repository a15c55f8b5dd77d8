import type { CaptchaAttempt } from '../../shared/captcha/captcha-attempt.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { PresentedDevice } from '../../shared/devices/device-cookie.ts';
import { type DeviceToken, type DeviceTokens, makeDeviceTokens } from '../../shared/devices/device-tokens.ts';
import { passWrites } from '../../shared/devices/devices.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import { type IdentifierPass, type Limits, provideLimits } from '../../shared/limits/limits.ts';
import type { Clock } from '../../shared/primitives/clock.ts';

interface AdmitInput extends Pick<PresentedDevice, 'deviceToken'> {
  /** Canonical. */
  email: string;
  sourceNetwork: string;
  captcha: CaptchaAttempt;
}

/** A sign-in that was counted. */
export interface Admission {
  /** Of a token that was once issued for this address; whether the account knows the device still is for its row to say. */
  device: DeviceToken | null;
  /** Whether the device let it past the limit of its address: then the account knows it, and the try is counted for it. */
  isPassed: boolean;
}

/**
 * Counts a sign-in before any other work. Where strangers have used up the limit of an address, a pass lets its owner try a
 * password all the same: here that of a known device. It is for that limit alone: no other limit and no counter of a second
 * factor knows it.
 *
 * @throws problem too-many-requests, captcha-required
 */
const makeAdmit =
  ({
    limits,
    deviceTokens,
    clock,
  }: {
    limits: Pick<Limits, 'spendOrPass'>;
    deviceTokens: Pick<DeviceTokens, 'read'>;
    clock: Clock;
  }) =>
  async ({ email, sourceNetwork, deviceToken, captcha }: AdmitInput): Promise<Admission> => {
    const device = await deviceTokens.read(deviceToken, email);
    const pass: IdentifierPass | null = device && passWrites(device, clock.nowSeconds());
    // A token that was once issued for this address is what a captcha would show: a person has completed a sign-in there.
    const request = { identifier: email, sourceNetwork, captcha: device ? null : captcha };
    const { exceeded, isPassed } = await limits.spendOrPass(request, pass);
    if (exceeded) throw problem('too-many-requests', exceeded);
    return { device, isPassed };
  };

export type Admit = ReturnType<typeof makeAdmit>;

export const provideAdmit = (scope: Scope<'captcha' | 'limits.signIn'> & Ports): Admit =>
  makeAdmit({ ...scope, limits: scope.use(provideLimits.signIn), deviceTokens: scope.use(makeDeviceTokens) });
