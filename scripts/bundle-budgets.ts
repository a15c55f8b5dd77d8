/** Bytes by flow. */
export type Bytes = Readonly<Record<string, number>>;

/** What a bundle may grow by before somebody has to say that it may. */
const HEADROOM = 1.05;

/** Where the budgets are, from the project's root. */
export const BUDGETS_FILE = 'scripts/bundle-budgets.json';

/** New budgets: what there is, and a twentieth more. */
export const budgetsFor = (sizes: Bytes): Bytes =>
  Object.fromEntries(
    Object.entries(sizes)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([flow, bytes]) => [flow, Math.ceil(bytes * HEADROOM)]),
  );

/**
 * Every byte is loaded at each cold start, so none comes in unseen.
 *
 * @returns a line for each bundle that is over its budget or has none, and each budget without a bundle; empty where all is well
 */
export const budgetComplaints = ({ sizes, budgets }: { sizes: Bytes; budgets: Bytes }): string[] => [
  ...Object.entries(sizes).flatMap(([flow, bytes]) => {
    const budget = budgets[flow];
    if (budget === undefined) return [`${flow} has no budget; it is ${bytes} bytes`];
    if (bytes <= budget) return [];
    return [`${flow} is ${bytes} bytes, ${bytes - budget} over its budget of ${budget}`];
  }),
  ...Object.keys(budgets)
    .filter((flow) => sizes[flow] === undefined)
    .map((flow) => `${flow} has a budget and no bundle`),
];
