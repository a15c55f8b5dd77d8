const COLD_START = '"event":"password-hasher"';

const { stdout } = process;
const write = stdout.write.bind(stdout);

/** A suite imports handlers, which start as in Lambda and say on the standard output what they hash with: a line of no test's. */
export const quietColdStarts = () => {
  stdout.write = (chunk, ...others) => (String(chunk).includes(COLD_START) ? true : write(chunk, ...others));
};
