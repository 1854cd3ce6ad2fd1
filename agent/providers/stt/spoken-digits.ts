const DIGITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const ALSO: Record<string, string> = { oh: '0', o: '0', to: '2', too: '2', for: '4', niner: '9' };
const TIMES: Record<string, number> = { double: 2, triple: 3 };

/** "four two double one" is 4211. What is no digit stays, and the entry is then none. English. */
export function spokenDigits(words: string): string {
  let times = 1;
  let digits = '';
  for (const word of words
    .toLowerCase()
    .split(/[\s,.-]+/)
    .filter(Boolean)) {
    if (TIMES[word]) {
      times = TIMES[word];
      continue;
    }
    const index = DIGITS.indexOf(word);
    digits += (index >= 0 ? String(index) : (ALSO[word] ?? word)).repeat(times);
    times = 1;
  }
  return digits;
}
