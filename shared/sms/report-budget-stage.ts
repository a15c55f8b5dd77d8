import type { Dynamo, Item } from '../aws/dynamo.ts';
import type { BudgetStage, CountedSpan } from './sms-budget-policy.ts';
import { budgetRow } from './sms-rules.ts';

/**
 * Raises the mark of a day's reported stages. The caller that raises it reports the stage; reported or skipped stages are not
 * reported again.
 *
 * @param item the day's row as it was read; `null` where there is none
 * @returns the stage for exactly one caller a day, otherwise `null`
 * @throws StoreUnavailable
 */
export const reportBudgetStage = async (
  dynamo: Dynamo,
  { day, item, reached }: { day: CountedSpan; item: Item | null; reached: BudgetStage | null },
): Promise<BudgetStage | null> => {
  const reported = item ? (budgetRow.parse(item).reportedPercent ?? 0) : 0;
  if (reached === null || reached <= reported) return null;
  const { and, or, exists, lacks, below } = budgetRow.when;
  const marked = await dynamo.write(
    budgetRow.updateWrite(
      budgetRow.key(day.name),
      { set: { reportedPercent: reached } },
      and(exists, or(lacks('reportedPercent'), below('reportedPercent', reached))),
    ),
  );
  return marked.won ? reached : null;
};
