import { RemovalPolicy } from 'aws-cdk-lib';

/**
 * What becomes of a key, a secret or a log when the stack lets go of it. What a first deployment made and then failed
 * goes in any case: nothing was in it yet, and nobody would find it again.
 *
 * @param retainData whether it outlives the stack
 */
export const keptIf = (retainData: boolean): RemovalPolicy =>
  retainData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
