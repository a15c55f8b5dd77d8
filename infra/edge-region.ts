/** Where CloudFront takes web ACLs and certificates from, wherever the API is. @see CloudFront developer guide, "Using AWS WAF" */
export const EDGE_REGION = 'us-east-1';
