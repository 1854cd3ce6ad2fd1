import { ENDED_REASONS, STAGES } from '../../contract/index.js';
import type { EndedReason, FlowSummary } from '../../client/index.js';
import { byId, el } from './dom.js';
import { DIRECTION_TEXT, STAGE_TEXT } from './format.js';
import { currentRoute, FILTERS, goTo, type Filters } from './route.js';

const LABELS: Record<keyof Filters, string> = {
  status: 'Status',
  stage: 'Stage',
  flowId: 'Flow',
  endedReason: 'Ended',
  direction: 'Direction',
};

/** Which calls the list shows. The address holds the choice. */
export class FilterForm {
  private readonly selects = new Map(FILTERS.map((name) => [name, el('select', { name })]));
  private readonly clear = byId<HTMLButtonElement>('clear');

  constructor() {
    const fields = [...this.selects].map(([name, select]) => el('label', {}, LABELS[name], select));
    byId('filters').append(...fields);
    this.fill('status', [option('active', 'on now'), option('ended', 'ended')]);
    this.fill(
      'stage',
      STAGES.map((stage) => option(stage, STAGE_TEXT[stage])),
    );
    this.fill('flowId', []);
    this.fill('endedReason', reasons());
    this.fill(
      'direction',
      Object.entries(DIRECTION_TEXT).map(([value, text]) => option(value, text)),
    );
    for (const select of this.selects.values()) select.addEventListener('change', () => goTo({ filters: this.chosen }));
    this.clear.addEventListener('click', () => {
      goTo({ filters: {} });
      this.selects.get('status')?.focus(); // the button goes away
    });
    this.show();
  }

  /** Flows of before that the gateway does not have any more can still be in the address. */
  flows(flows: FlowSummary[]): void {
    this.fill(
      'flowId',
      flows.map(({ id }) => option(id, id)),
    );
    this.show();
  }

  /** As the address says. */
  show(): void {
    const { filters } = currentRoute();
    for (const [name, select] of this.selects) {
      const value = filters[name] ?? '';
      if (value && ![...select.options].some((each) => each.value === value)) select.append(option(value, value));
      select.value = value;
      select.classList.toggle('chosen', value !== '');
    }
    this.clear.hidden = Object.keys(filters).length === 0;
  }

  private get chosen(): Filters {
    return Object.fromEntries([...this.selects].flatMap(([name, { value }]) => (value ? [[name, value]] : [])));
  }

  private fill(name: keyof Filters, options: HTMLElement[]): void {
    this.selects.get(name)?.replaceChildren(option('', 'any'), ...options);
  }
}

const option = (value: string, text: string): HTMLOptionElement => el('option', { value }, text);

/** By whose fault it is. */
function reasons(): HTMLElement[] {
  const groups = new Map<string, HTMLOptionElement[]>();
  for (const [reason, { fault }] of Object.entries(ENDED_REASONS) as [EndedReason, { fault: string }][]) {
    groups.set(fault, [...(groups.get(fault) ?? []), option(reason, reason)]);
  }
  const label = (fault: string) => (fault === 'none' ? 'as it should' : `fault: ${fault}`);
  return [...groups].map(([fault, options]) => el('optgroup', { label: label(fault) }, ...options));
}
