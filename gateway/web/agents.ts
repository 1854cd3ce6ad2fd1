import type { paths } from '../../client/index.js';
import { GatewayError } from '../../client/index.js';
import { api } from './api.js';
import { byId, el, setText } from './dom.js';
import { every } from './every.js';

const LOOK_MS = 5_000;

type Agents = paths['/v1/agents']['get']['responses'][200]['content']['application/json'];
type Host = Agents['hosts'][number];

/** What the agent hosts can take, in the head of the page; each host when it is opened. */
export function watchAgents(): void {
  const panel = byId<HTMLDetailsElement>('agents');
  const done = new AbortController();
  every(
    LOOK_MS,
    async () => {
      try {
        draw(panel, await api.answer(api.http.GET('/v1/agents')));
      } catch (error) {
        // A key without the scope `admin` does not see hosts, which all organisations share.
        if (error instanceof GatewayError && error.status === 403) done.abort();
        panel.hidden = true;
      }
    },
    done.signal,
  );
  panel.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape' || !panel.open) return;
    panel.open = false;
    panel.querySelector('summary')?.focus();
  });
  document.addEventListener('click', ({ target }) => {
    if (!panel.contains(target as Node)) panel.open = false;
  });
}

function draw(panel: HTMLElement, { hosts, capacity }: Agents): void {
  const { max, active, free } = capacity;
  const ill = hosts.filter(({ ready }) => !ready).length;
  const trouble = ill === 0 ? '' : hosts.length === 1 ? ', the host has a problem' : `, ${ill} of ${hosts.length} hosts ${ill === 1 ? 'has a problem' : 'have problems'}`; // prettier-ignore
  setText(byId('agents-text'), `Agents: ${active} of ${max} busy${trouble}`);
  byId('agents-meter').style.setProperty('--level', String(max === 0 ? 0 : active / max));
  panel.classList.toggle('trouble', ill > 0 || free === 0);
  byId('agents-hosts').replaceChildren(...hosts.map(host));
  panel.hidden = false;
}

function host({ hostId, url, ready, draining, warm, capacity, problems }: Host): HTMLElement {
  const facts = [
    capacity && `${capacity.active} of ${capacity.max} busy`,
    warm !== undefined && `${warm} warm`,
    draining && 'draining',
  ].filter(Boolean);
  return el(
    'li',
    {},
    el(
      'p',
      { class: 'row' },
      el('code', {}, hostId ?? url),
      el('span', { class: `badge ${ready ? 'good' : 'bad'}` }, ready ? 'takes calls' : 'takes no calls'),
    ),
    el('p', { class: 'muted' }, facts.join(' · ')),
    ...problems.map((problem) => el('p', { class: 'error' }, problem)),
  );
}
