import type { Flow } from '../../contract/flow.js';
import { isMalformed, isReference, placeholders } from '../template.js';
import { own } from '../values.js';
import type { FlowError } from './errors.js';
import { flowError } from './errors.js';
import type { TemplateAt } from './strings.js';
import { templatesOf } from './strings.js';

/** Every `{{name}}` stands for something that is there, in a place where it may be used. */
export const checkTemplates = (flow: Flow): FlowError[] => [
  ...templatesOf(flow).flatMap((at) => checkTemplate(flow, at)),
  ...(flow.resume?.includes('{{') ? [flowError(['resume'], 'is said as it stands: it cannot hold {{variables}}')] : []),
];

export function checkTemplate(flow: Pick<Flow, 'vars'>, { path, template, references, args }: TemplateAt): FlowError[] {
  if (isMalformed(template)) return [flowError(path, 'has "{{" without a name: write {{variable}}')];
  return placeholders(template).flatMap((name) => {
    const why = isReference(name) ? misplaced(name, references) : unresolved(flow.vars, name, args);
    return why === undefined ? [] : [flowError(path, why)];
  });
}

function misplaced(name: string, references: TemplateAt['references']): string | undefined {
  if (!/^\w+\.\w+$/.test(name)) return `{{${name}}} must be config.NAME or secrets.NAME`;
  if (name.startsWith('secrets.') && references !== 'all')
    return `{{${name}}}: a secret may stand in an HTTP header only`;
  return references === 'none'
    ? `{{${name}}}: config may stand in a URL, a header or a transfer's "to" only`
    : undefined;
}

function unresolved(vars: Flow['vars'], name: string, args?: string[]): string | undefined {
  const [first = '', second, ...rest] = name.split('.');
  if (args && first === 'args')
    return second !== undefined && rest.length === 0 && args.includes(second) ? undefined : `the tool has no ${name}`;
  const declared = own(vars, first);
  if (!declared) return `{{${name}}}: no variable "${first}" is declared in "vars"`;
  const simple = ['string', 'number', 'boolean'].includes(declared.type);
  return second !== undefined && simple ? `{{${name}}}: "${first}" is a ${declared.type}, it has no parts` : undefined;
}
