// Runs before every script. The Lambda runtime is Node 24, and so is everything here: npm puts the one from
// node_modules first on PATH. An install without scripts leaves the host's own there, and under Node 20 the password
// hasher's native module takes the process down.
const [major] = process.versions.node.split('.').map(Number);
if (major !== 24) {
  console.error(
    `Keyturn needs Node 24, this is ${process.version}. Install it with the project: run "npm ci" (with its install scripts), then try again.`,
  );
  process.exit(1);
}
