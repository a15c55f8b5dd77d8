import { isEmailDeliverable } from '../../shared/account/email-mark.ts';
import { useResetProofWrite } from '../../shared/account/passwords.ts';
import { type AuthenticationMethod, MAILBOX_METHODS } from '../../shared/account/principal.ts';
import {
  consumeLinkWrite,
  makeSignInLinks,
  type SignInLink,
  type SignInLinks,
  useLinkWrite,
} from '../../shared/account/sign-in-links.ts';
import type { Write } from '../../shared/aws/dynamo.ts';
import type { DeviceToken } from '../../shared/devices/device-tokens.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import type { SignInCandidate } from '../../shared/two-factor/credentials.ts';

interface CompletionInput {
  candidate: SignInCandidate;
  /** The known device that the password came from; `null` for another. */
  known: DeviceToken | null;
  /** The link that let the sign-in past the limit of its address; `null` for none. */
  link: SignInLink | null;
  /** That of a link, whether or not it was needed; `null` where none came. */
  linkToken: string | null;
  /** Canonical. */
  email: string;
}

/** A sign-in whose password was right and that wants no more. */
export interface Completion {
  methods: AuthenticationMethod[];
  /** To ride with its session. */
  writes: Write[];
  /** Whether a code is wanted after all where one of the writes loses: the proof of the mailbox was used at the same moment. */
  orChallenge: boolean;
  /** Whether the owner is to be told of it: no mail told before. */
  isTold: boolean;
}

/**
 * Whether a sign-in without a second factor is complete with its password: on a known device, with a mailed link, with a password that
 * a reset has just set, where mail does not reach the address, or where the operator has switched the check off. The owner is told where
 * no mail told it before.
 */
const makeFindCompletion =
  ({
    signInLinks,
    clock,
    settings,
  }: {
    signInLinks: Pick<SignInLinks, 'findFor'>;
    clock: Clock;
    settings: { signIn: { newDeviceCheck: boolean } };
  }) =>
  /** @returns `null` where the mailbox is to be proven by a code */
  async ({ candidate, known, link, linkToken, email }: CompletionInput): Promise<Completion | null> => {
    const { accountId, epoch } = candidate.account;
    const nowSeconds = clock.nowSeconds();
    const byLink = (writes: Write[], orChallenge: boolean): Completion => ({
      methods: [...MAILBOX_METHODS],
      writes,
      orChallenge,
      isTold: false,
    });

    if (known) {
      return { methods: ['pwd'], writes: link ? [consumeLinkWrite(link)] : [], orChallenge: false, isTold: false };
    }
    if (link) return byLink([consumeLinkWrite(link)], false);
    // A mailbox that mail does not reach must not keep its owner out (docs/adr/0062).
    if (!settings.signIn.newDeviceCheck || !isEmailDeliverable(candidate.account)) {
      return { methods: ['pwd'], writes: [], orChallenge: false, isTold: true };
    }

    // Read past the password alone, so that nothing more is read of a known address than of an unknown one.
    const mailed = linkToken === null ? null : await signInLinks.findFor(linkToken, email);
    if (mailed?.accountId === accountId && mailed.epoch === epoch) {
      return byLink([useLinkWrite(mailed, nowSeconds)], true);
    }
    const provenUntil = candidate.resetProvenUntilEpochSeconds;
    if (provenUntil === null || provenUntil <= nowSeconds) return null;
    const used = useResetProofWrite(accountId, provenUntil);
    return { methods: ['pwd'], writes: [used], orChallenge: true, isTold: true };
  };

export type FindCompletion = ReturnType<typeof makeFindCompletion>;

export const provideFindCompletion = (scope: Scope<'signIn.newDeviceCheck'> & Ports): FindCompletion =>
  makeFindCompletion({
    ...scope,
    signInLinks: scope.use(makeSignInLinks),
  });
