import { EMAIL_CODE } from '../../shared/contract/factor-names.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import { provideProveMailbox } from './prove-mailbox.ts';
import { type ProveSignIn, provideProveSignIn } from './prove-sign-in.ts';

/** Completes a sign-in with what its challenge wants: a second factor, or a code from the mailbox. @throws problem invalid-code */
export type ProveChallenge = (...given: Parameters<ProveSignIn>) => ReturnType<ProveSignIn>;

export const provideProveChallenge = (
  scope: Scope<'audience' | 'events' | 'publicUrl' | 'sessions' | 'sms'> & Ports,
): ProveChallenge => {
  const proveMailbox = scope.use(provideProveMailbox);
  const proveSignIn = scope.use(provideProveSignIn);
  return (given) => (given.challenge.factors.includes(EMAIL_CODE) ? proveMailbox(given) : proveSignIn(given));
};
