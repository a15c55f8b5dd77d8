import type { VisitAnswer } from './visit.ts';

/** The service has answered, and not what it has to. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
  readonly status: number;
  readonly code: string | null;

  constructor({ status, code }: Pick<VisitAnswer, 'status' | 'code'>) {
    super();
    this.status = status;
    this.code = code;
  }
}
