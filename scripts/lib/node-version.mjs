const OLDEST = [20, 19];

/** A clear line instead of a syntax error deep in a package. */
export function checkNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new Error(`Node ${version} is too old: install Node ${OLDEST.join('.')} or later (https://nodejs.org)`);
}
