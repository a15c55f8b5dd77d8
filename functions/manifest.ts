// Every flow there is. Infra, the local gateway, OpenAPI and the tests read this list and no other.
export { checkResetToken } from './check-reset-token/contract.ts';
export { completeSignUp } from './complete-sign-up/contract.ts';
export { deliverMessages } from './deliver-messages/contract.ts';
export { describeService } from './describe-service/contract.ts';
export { getProfile } from './get-profile/contract.ts';
export { refreshSession } from './refresh-session/contract.ts';
export { requestRecovery } from './request-recovery/contract.ts';
export { resetPassword } from './reset-password/contract.ts';
export { servePages } from './serve-pages/contract.ts';
export { signIn } from './sign-in/contract.ts';
export { signOut } from './sign-out/contract.ts';
export { signUp } from './sign-up/contract.ts';
export { updateProfile } from './update-profile/contract.ts';
