/** A kebab-case name as a construct id: `reset-password` becomes `ResetPassword`. */
export const constructId = (name: string): string =>
  name.replace(/(?:^|-)(\w)/g, (_, first: string) => first.toUpperCase());
