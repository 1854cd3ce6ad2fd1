import type { Flow, FlowNode, HttpRequest, Json } from '../../contract/flow.js';
import type { Path } from './errors.js';

/** Where a template stands decides what it may name. */
export interface TemplateAt {
  path: Path;
  template: string;
  /** `secrets.` and `config.` are for what only an executor sends; secrets in headers only, where they are not logged. */
  references: 'none' | 'config' | 'all';
  /** Names beside the declared variables: a tool's arguments. */
  args?: string[];
}

/** Every template of a flow. */
export function templatesOf(flow: Flow): TemplateAt[] {
  const shared = (['noInput', 'noMatch'] as const).flatMap((missed) =>
    spoken(['defaults', missed, 'say'], flow.defaults?.[missed]?.say),
  );
  return [...shared, ...Object.entries(flow.nodes).flatMap(([name, node]) => nodeTemplates(['nodes', name], node))];
}

function nodeTemplates(at: Path, node: FlowNode): TemplateAt[] {
  switch (node.type) {
    case 'say':
      return spoken([...at, 'text'], node.text);
    case 'ask':
      return [
        ...spoken([...at, 'prompt'], node.prompt),
        ...spoken([...at, 'noInput', 'say'], node.noInput?.say),
        ...spoken([...at, 'noMatch', 'say'], node.noMatch?.say),
      ];
    case 'set':
      return inJson([...at, 'values'], node.values);
    case 'http':
      return [...spoken([...at, 'hold', 'say'], node.hold?.say), ...inRequest(at, node)];
    case 'converse':
      return [
        ...spoken([...at, 'goal'], node.goal),
        ...spoken([...at, 'say'], node.say),
        ...spoken([...at, 'hold', 'say'], node.hold?.say),
        ...Object.entries(node.tools ?? {}).flatMap(([name, { request, args }]) =>
          inRequest([...at, 'tools', name, 'request'], request, Object.keys(args ?? {})),
        ),
      ];
    case 'transfer':
      return [{ path: [...at, 'to'], template: node.to, references: 'config' }];
    case 'emit':
      return inJson([...at, 'data'], node.data);
    case 'hangup':
      return spoken([...at, 'say'], node.say);
    default:
      return [];
  }
}

const spoken = (path: Path, template?: string): TemplateAt[] =>
  template === undefined ? [] : [{ path, template, references: 'none' }];

function inJson(path: Path, value: Json | undefined, args?: string[]): TemplateAt[] {
  if (typeof value === 'string') return [{ path, template: value, references: 'none', ...(args && { args }) }];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, part]) => inJson([...path, key], part, args));
}

const inRequest = (at: Path, { url, headers = {}, body }: HttpRequest, args?: string[]): TemplateAt[] => [
  { path: [...at, 'url'], template: url, references: 'config', ...(args && { args }) },
  ...Object.entries(headers).map(([name, template]) => ({
    path: [...at, 'headers', name],
    template,
    references: 'all' as const,
    ...(args && { args }),
  })),
  ...inJson([...at, 'body'], body, args),
];
