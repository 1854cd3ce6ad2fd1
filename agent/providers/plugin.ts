import type { llm, stt, tts } from '@livekit/agents';

interface Plugin {
  TTS?: new () => tts.TTS;
  STT?: new () => stt.STT;
  LLM?: new (options?: object) => llm.LLM;
}

/** Those that this process has loaded. */
export const pluginsInUse = new Set<string>();

/**
 * A plugin of the agents framework by its name, with its own defaults and its key in its own variable.
 *
 * @throws saying what to install or to set
 */
export async function fromPlugin<K extends keyof Plugin>(
  kind: K,
  name: string,
  options: object = {},
  load = (path: string): Promise<unknown> => import(path),
): Promise<InstanceType<NonNullable<Plugin[K]>>> {
  const path = `@livekit/agents-plugin-${name}`;
  pluginsInUse.add(path);
  const plugin = (await load(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || !error.message.includes(path))
      throw new Error(`${kind}=${name}: ${path} does not load: ${error.message}`, { cause: error });
    throw new Error(
      `${kind}=${name} is none of ${OURS[kind]}, and the plugin is not installed: npm install ${path} (the version of @livekit/agents)`,
      { cause: error },
    );
  })) as Plugin;
  const Provider = plugin[kind] as (new (options?: object) => InstanceType<NonNullable<Plugin[K]>>) | undefined;
  if (!Provider) throw new Error(`${kind}=${name}: ${path} has no ${kind}; it is another kind of plugin`);
  try {
    return Object.keys(options).length > 0 ? new Provider(options) : new Provider();
  } catch (error) {
    throw new Error(`${kind}=${name}: ${path} cannot be used: ${(error as Error).message}`, { cause: error });
  }
}

const OURS = { TTS: 'espeak, piper, openai', STT: 'grammar, vosk, openai', LLM: 'openai' };
