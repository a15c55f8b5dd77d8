import { RemovalPolicy } from 'aws-cdk-lib';

/**
 * Removal policy of a key, secret or log. RETAIN_ON_UPDATE_OR_DELETE still deletes what a failed first deployment made:
 * it is empty, and it would be orphaned.
 *
 * @param retainData whether it outlives the stack
 */
export const keptIf = (retainData: boolean): RemovalPolicy =>
  retainData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
