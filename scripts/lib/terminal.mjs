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

/** Lines that tell a person nothing: what nobody asked an SDK to do, and a busy machine. */
const CHATTER = / No (Nexus services|workflows) registered|"(event loop blocked|process not scheduled)/;

/** The agents framework logs JSON (pino); a person gets its warnings and errors as text. */
function fromPino(line) {
  try {
    const { level, msg, err } = JSON.parse(line);
    return level >= 40
      ? `${level >= 50 ? 'error' : 'warn'} ${msg}${err?.message ? `: ${err.message}` : ''}`
      : undefined;
  } catch {
    return line;
  }
}

/** What a person should see of a program's line, if anything. The servers' own logs are for their files. */
export function readable(name, line) {
  if (name === 'temporal') return /level=ERROR/.test(line) ? line : undefined;
  if (name === 'livekit' || name === 'sip') return /\tERROR\t/.test(line) ? line : undefined;
  if (name === 'redis') return undefined;
  if (line.trim() === '' || CHATTER.test(line)) return undefined;
  return line.startsWith('{"level":') ? fromPino(line) : line;
}
