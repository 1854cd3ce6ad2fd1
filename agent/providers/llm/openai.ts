import { LLM } from '@livekit/agents-plugin-openai';

/** Its client wants one, and a server of one's own does not. */
const NO_KEY = 'none';

/** Any server with OpenAI's chat API, by the framework's own plugin. `url` ends before `/chat/completions`. */
export const openaiCompatible = ({ url, apiKey, model }: Endpoint): LLM =>
  new LLM({ baseURL: url, apiKey: apiKey ?? NO_KEY, ...(model && { model }) });

interface Endpoint {
  url: string;
  apiKey?: string | undefined;
  model?: string | undefined;
}
