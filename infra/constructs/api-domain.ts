import { ApiMapping, DomainName, type HttpApi, type IStage, SecurityPolicy } from 'aws-cdk-lib/aws-apigatewayv2';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Construct } from 'constructs';

export interface ApiDomainProps {
  api: HttpApi;
  stage: IStage;
  /** Such as auth.example.com. */
  domainName: string;
  certificate: ICertificate;
}

/** The API under the operator's domain, TLS 1.2 or newer. HSTS is set by the answers (shared/http). */
export class ApiDomain extends Construct {
  /** The target of the operator's DNS record. */
  readonly target: string;
  readonly certificateArn: string;

  constructor(scope: Construct, id: string, { api, stage, domainName, certificate }: ApiDomainProps) {
    super(scope, id);
    const domain = new DomainName(this, 'DomainName', {
      domainName,
      certificate,
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    new ApiMapping(this, 'Mapping', { api, stage, domainName: domain });
    this.target = domain.regionalDomainName;
    this.certificateArn = certificate.certificateArn;
  }
}
