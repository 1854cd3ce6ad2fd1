const COLOURS = [36, 33, 35, 32, 34, 31];
const NAME_WIDTH = 8;

/** Prints lines of several programs under each other, each with the name of who said it. */
export function createTerminal(stream = process.stdout) {
  const colours = new Map();
  const paint = (name, text) => {
    if (!stream.isTTY) return text;
    if (!colours.has(name)) colours.set(name, COLOURS[colours.size % COLOURS.length]);
    return `\u001b[${colours.get(name)}m${text}\u001b[0m`;
  };
  stream.on('error', () => {}); // a closed terminal ends nothing
  return {
    line: (name, line) => stream.write(`${paint(name, name.padEnd(NAME_WIDTH))} | ${line}\n`),
    plain: (text) => stream.write(`${text}\n`),
  };
}

/** The servers' own logs are for their files; a person wants to see only what went wrong. */
export const isWorthSeeing = (name, line) => {
  if (name === 'temporal') return /level=ERROR/.test(line);
  if (name === 'livekit') return /\tERROR\t/.test(line);
  // The SDK says at each start what nobody asked it to do.
  return line.trim() !== '' && !/ No (Nexus services|workflows) registered/.test(line);
};
