import { ReadableStream } from 'node:stream/web';
import { tokenize, voice } from '@livekit/agents';

/**
 * Cuts text that is still being written into what can be spoken at once, without its markup. Throws as `text` does:
 * then half a sentence is left out, since whoever goes on says it whole.
 */
export async function* sentences(text: AsyncIterable<string>): AsyncGenerator<string> {
  const { filterMarkdown, filterEmoji } = voice.textTransforms;
  const spoken = filterEmoji(filterMarkdown(ReadableStream.from(text)));
  const cut = new tokenize.basic.SentenceTokenizer().stream();
  const writing = (async () => {
    try {
      for await (const part of spoken) cut.pushText(part);
      cut.endInput();
    } catch (error) {
      cut.close();
      throw error;
    }
  })();
  writing.catch(() => undefined); // awaited below
  for await (const { token } of cut) if (/[\p{L}\p{N}]/u.test(token)) yield token;
  await writing;
}
