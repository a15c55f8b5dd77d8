// Runs before every script. Lambda's runtime is Node 24, and npm puts the one from node_modules first on PATH. An
// installation without scripts leaves the host's Node there, and Node 20 crashes on the password hasher's native
// module.
const [major] = process.versions.node.split('.').map(Number);
if (major !== 24) {
  console.error(
    `Keyturn needs Node 24, this is ${process.version}. Install it with the project: run "npm ci" (with its install scripts), then try again.`,
  );
  process.exit(1);
}
