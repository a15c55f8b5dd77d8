const { env } = process;
const first = { ...env };

/** Gives the process the environment that it had before its first suite. */
export const forgetEnvironment = () => {
  for (const name of Object.keys(env)) if (!(name in first)) delete env[name];
  Object.assign(env, first);
  process.env = env; // a suite may have put another in its place
};
