import {
  ApiMapping,
  DomainName,
  type HttpApi,
  IpAddressType,
  type IStage,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Construct } from 'constructs';

export interface ApiDomainProps {
  api: HttpApi;
  stage: IStage;
  /** Such as auth.example.com. */
  domainName: string;
  certificate: ICertificate;
  /** Whether it answers at IPv6 addresses too. */
  ipv6: boolean;
}

/** Left out where there is no IPv6: that is API Gateway's own default. */
export const addressTypeOf = (ipv6: boolean): { ipAddressType?: IpAddressType } =>
  ipv6 ? { ipAddressType: IpAddressType.DUAL_STACK } : {};

/** The API under the operator's domain, TLS 1.2 or newer. HSTS is set by the answers (shared/http). */
export class ApiDomain extends Construct {
  /** The target of the operator's DNS record. */
  readonly target: string;
  readonly certificateArn: string;

  constructor(scope: Construct, id: string, { api, stage, domainName, certificate, ipv6 }: ApiDomainProps) {
    super(scope, id);
    const domain = new DomainName(this, 'DomainName', {
      domainName,
      certificate,
      securityPolicy: SecurityPolicy.TLS_1_2,
      ...addressTypeOf(ipv6),
    });
    new ApiMapping(this, 'Mapping', { api, stage, domainName: domain });
    this.target = domain.regionalDomainName;
    this.certificateArn = certificate.certificateArn;
  }
}
