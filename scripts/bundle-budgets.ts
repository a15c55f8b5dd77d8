/** Bytes by flow. */
export type Bytes = Readonly<Record<string, number>>;

/** Growth of a bundle that needs no new budget. */
const HEADROOM = 1.05;

/** Path of the budgets from the project's root. */
export const BUDGETS_FILE = 'scripts/bundle-budgets.json';

/** Budgets for the present sizes, with headroom. */
export const budgetsFor = (sizes: Bytes): Bytes =>
  Object.fromEntries(
    Object.entries(sizes)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([flow, bytes]) => [flow, Math.ceil(bytes * HEADROOM)]),
  );

/** The budgets with one for each new bundle, and without those of bundles that are gone. The others stay as they are. */
export const withNewBudgets = ({ sizes, budgets }: { sizes: Bytes; budgets: Bytes }): Bytes => {
  const present = Object.entries(budgets).filter(([flow]) => sizes[flow] !== undefined);
  return { ...budgetsFor(sizes), ...Object.fromEntries(present) };
};

/**
 * Compares bundles with their budgets: every cold start loads every byte, so growth has to be deliberate.
 *
 * @returns a line for each bundle that is over its budget or has none, and each budget without a bundle; empty where
 * all fit
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
