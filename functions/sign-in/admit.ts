import {
  linkPassWrites,
  makeSignInLinks,
  type SignInLink,
  type SignInLinks,
} from '../../shared/account/sign-in-links.ts';
import type { CaptchaAttempt } from '../../shared/captcha/captcha-attempt.ts';
import { problem } from '../../shared/contract/problems.ts';
import { type DeviceToken, type DeviceTokens, makeDeviceTokens } from '../../shared/devices/device-tokens.ts';
import { passWrites } from '../../shared/devices/devices.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import { type Limits, provideLimits } from '../../shared/limits/limits.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import type { PresentedPasses } from './presented-passes.ts';

interface AdmitInput extends Pick<PresentedPasses, 'deviceToken' | 'linkToken'> {
  /** Canonical. */
  email: string;
  sourceNetwork: string;
  captcha: CaptchaAttempt;
}

/** What let a sign-in past the limit of its address: then the try is counted for it, and its account was in the epoch of its token. */
type PassedBy = { kind: 'device'; token: DeviceToken } | { kind: 'link'; token: SignInLink };

/** A sign-in that was counted. */
export interface Admission {
  /** Of a token that was once issued for this address; whether the account knows the device still is for its row to say. */
  device: DeviceToken | null;
  /** `null` within the limit: then no link was looked at. */
  passedBy: PassedBy | null;
}

/**
 * Counts a sign-in before any other work. Where strangers have used up the limit of an address, a pass lets its owner try a
 * password all the same: a link that was mailed to the address, or else a known device. A pass is for that limit alone: no other
 * limit and no counter of a second factor knows it.
 *
 * @throws problem too-many-requests, captcha-required
 * @see docs/adr/0036, 0037
 */
const makeAdmit =
  ({
    limits,
    deviceTokens,
    signInLinks,
    clock,
  }: {
    limits: Pick<Limits, 'spendOrPass'>;
    deviceTokens: Pick<DeviceTokens, 'read'>;
    signInLinks: Pick<SignInLinks, 'findFor'>;
    clock: Clock;
  }) =>
  async ({ email, sourceNetwork, deviceToken, linkToken, captcha }: AdmitInput): Promise<Admission> => {
    const device = await deviceTokens.read(deviceToken, email);
    const byLink = async () => {
      const token = linkToken === null ? null : await signInLinks.findFor(linkToken, email);
      return token && { by: { kind: 'link' as const, token }, writes: linkPassWrites(token, clock.nowSeconds()) };
    };
    const byDevice = async () =>
      device && { by: { kind: 'device' as const, token: device }, writes: passWrites(device, clock.nowSeconds()) };
    // A token that was once issued for this address is what a captcha would show: a person has completed a sign-in there.
    const request = { identifier: email, sourceNetwork, captcha: device ? null : captcha };
    const { exceeded, isPassable, passedBy } = await limits.spendOrPass<PassedBy>(request, [byLink, byDevice]);
    // Known and unknown addresses are told the same.
    if (exceeded) throw problem('too-many-requests', { ...exceeded, ...(isPassable && { detail: 'ask-for-link' }) });
    return { device, passedBy };
  };

export type Admit = ReturnType<typeof makeAdmit>;

export const provideAdmit = (scope: Scope<'captcha' | 'limits.signIn'> & Ports): Admit =>
  makeAdmit({
    ...scope,
    limits: scope.use(provideLimits.signIn),
    deviceTokens: scope.use(makeDeviceTokens),
    signInLinks: scope.use(makeSignInLinks),
  });
