interface Statement {
  Action?: string | string[];
}

interface Policy {
  PolicyDocument: { Statement: Statement[] };
}

interface TemplateLike {
  Resources: Record<string, { Type: string; Properties?: Partial<Policy> & { Policies?: Policy[] } }>;
}

/** The actions that roles of a template may do, in any of their policies. */
export const permissionsIn = ({ Resources }: TemplateLike): string[] =>
  Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::IAM::Role' || Type === 'AWS::IAM::Policy')
    .flatMap(({ Properties = {} }) => [
      ...(Properties.Policies ?? []),
      ...(Properties.PolicyDocument ? [Properties as Policy] : []),
    ])
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .flatMap(({ Action = [] }) => Action);
