import { llm } from '@livekit/agents';
import { isVariableType, own } from '../../../callflow/values.js';
import { NOTEBOOK } from '../../../contract/index.js';
import type { ConverseTask, Json, ToolArguments, Variables, VariableType } from '../../../contract/index.js';

const RULES = `You talk with a caller on the telephone, and what you write is read out to them: write short, plain \
sentences as people speak them, without lists, headings, markup or emoji. Say what you have to say before you call a \
function that ends the conversation.`;

export function instructionsOf({ goal, language, collect }: ConverseTask): string {
  const names = Object.keys(collect);
  return [
    goal,
    RULES,
    ...(names.length ? [`Find out ${names.join(', ')}, and call ${NOTEBOOK} as soon as you know one of them.`] : []),
    ...(language ? [`Speak the caller's language: ${language}.`] : []),
  ].join('\n\n');
}

/** What the model may call: the flow's tools, its exits, and its notebook. They are carried out elsewhere. */
export function functionsOf({ tools, exits, collect }: ConverseTask): llm.FunctionTool[] {
  const define = (name: string, description: string, args: ToolArguments) =>
    llm.tool({ name, description, parameters: schemaOf(args), execute: async () => undefined });
  return [
    ...Object.entries(tools).map(([name, { description, args }]) => define(name, description, args)),
    ...Object.entries(exits).map(([name, when]) =>
      define(name, `Ends the conversation. Call it when: ${when}`, collect),
    ),
    ...(Object.keys(collect).length > 0
      ? [define(NOTEBOOK, 'Keeps what you have found out. Leave out what you do not know.', collect)]
      : []),
  ];
}

const SCHEMAS: Record<VariableType, object> = {
  string: { type: 'string' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  object: { type: 'object' },
  array: { type: 'array', items: {} },
};

function schemaOf(args: ToolArguments) {
  const properties = Object.fromEntries(
    Object.entries(args).map(([name, { type, description }]) => [
      name,
      { ...SCHEMAS[type], ...(description && { description }) },
    ]),
  );
  const required = Object.keys(args).filter((name) => args[name]!.required);
  return { type: 'object' as const, properties, ...(required.length > 0 && { required }) };
}

/**
 * What the model gave, as declared; or what it has to do better. What was not asked for is dropped.
 *
 * @param leniently drops what does not fit as well: nobody is kept on the line for it
 */
export function readArguments(
  text: string,
  declared: ToolArguments,
  leniently = false,
): { values: Variables } | { problem: string } {
  const read = readStrictly(text, declared);
  return 'problem' in read && leniently ? { values: read.fitting } : read;
}

function readStrictly(
  text: string,
  declared: ToolArguments,
): { values: Variables } | { problem: string; fitting: Variables } {
  const fitting: Variables = {};
  const problems: string[] = [];
  let given: unknown;
  try {
    given = JSON.parse(text || '{}');
  } catch {
    return { problem: 'The arguments are not JSON.', fitting };
  }
  if (given === null || typeof given !== 'object' || Array.isArray(given))
    return { problem: 'The arguments must be a JSON object.', fitting };
  for (const [name, { type, required }] of Object.entries(declared)) {
    const value = own(given as Record<string, Json>, name) ?? null;
    if (value === null) problems.push(...(required ? [`The argument ${name} is missing.`] : []));
    else if (!isVariableType(value, type)) problems.push(`The argument ${name} must be a ${type}.`);
    else fitting[name] = value;
  }
  return problems.length > 0 ? { problem: problems.join(' '), fitting } : { values: fitting };
}
