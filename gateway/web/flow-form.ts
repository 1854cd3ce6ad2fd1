import type { FlowSummary, StartCall } from '../../client/index.js';
import type { Flow, Json, Variables } from '../../contract/index.js';
import { byId, el } from './dom.js';

type Declared = NonNullable<Flow['vars']>[string];

/** The choice of a flow and of its variables, as the flow declares them. */
export class FlowForm {
  private readonly select = byId<HTMLSelectElement>('flow');
  private readonly fields = byId('variables');
  private flows: FlowSummary[] = [];

  show(flows: FlowSummary[]): void {
    this.flows = flows;
    this.select.replaceChildren(...this.flows.map(({ id }) => el('option', { value: id }, id)));
    const greeting = this.flows.find(({ id }) => id === 'greeting');
    if (greeting) this.select.value = greeting.id;
    this.select.addEventListener('change', () => this.drawFields());
    this.drawFields();
  }

  get body(): StartCall {
    const variables: Variables = {};
    for (const [name, declared] of this.variables) {
      const value = byId<HTMLInputElement>(`var-${name}`).value;
      if (value !== '') variables[name] = parse(declared, value);
    }
    return { flowId: this.select.value, variables };
  }

  private get variables(): [string, Declared][] {
    const { vars = {} } = this.flows.find(({ id }) => id === this.select.value) ?? {};
    return Object.entries(vars as Record<string, Declared>);
  }

  private drawFields(): void {
    const fields = this.variables.map(([name, { type, default: fallback, required }]) => {
      const placeholder =
        fallback === undefined ? type : typeof fallback === 'string' ? fallback : JSON.stringify(fallback);
      return el('label', {}, `${name} `, el('input', { id: `var-${name}`, placeholder, required: required === true }));
    });
    this.fields.replaceChildren(...fields);
  }
}

/** What is not JSON goes as text: the gateway says which variable does not fit, and why. */
function parse({ type }: Declared, value: string): Json {
  if (type === 'string') return value;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}
