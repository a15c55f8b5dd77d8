/**
 * CloudFront accepts web ACLs and certificates from this region only.
 * @see CloudFront developer guide, "Using AWS WAF"
 */
export const EDGE_REGION = 'us-east-1';
