/** A name in kebab-case as a construct is called: `reset-password` is `ResetPassword`. */
export const constructId = (name: string): string =>
  name.replace(/(?:^|-)(\w)/g, (_, first: string) => first.toUpperCase());
