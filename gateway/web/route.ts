import { ENDED_REASONS, STAGES } from '../../contract/index.js';
import type { ListQuery } from '../../client/index.js';

/** What the address says: `#/calls/<id>?status=ended&flowId=survey`. Whoever gets the link sees the same. */
export interface Route {
  /** The call that is shown. */
  callId?: string;
  filters: Filters;
}
export type Filters = Pick<ListQuery, 'status' | 'stage' | 'flowId' | 'endedReason' | 'direction'>;

/** Undefined: any text. */
const VALUES: Record<keyof Filters, readonly string[] | undefined> = {
  status: ['active', 'ended'],
  stage: STAGES,
  flowId: undefined,
  endedReason: Object.keys(ENDED_REASONS),
  direction: ['web', 'inbound', 'outbound'],
};
export const FILTERS = Object.keys(VALUES) as (keyof Filters)[];

/** Values that there are not, from an old or mistyped link, are left out. */
export function parseRoute(hash: string): Route {
  const [, id, query = ''] = /^#\/(?:calls\/([\w-]+))?(?:calls)?(?:\?(.*))?$/.exec(hash) ?? [];
  const given = new URLSearchParams(query);
  const filters = Object.fromEntries(
    FILTERS.map((name) => [name, given.get(name)] as const).filter(
      ([name, value]) => value && (VALUES[name]?.includes(value) ?? true),
    ),
  ) as Filters;
  return { ...(id && { callId: id }), filters };
}

export function routeHash({ callId, filters }: Route): string {
  const query = new URLSearchParams(
    FILTERS.flatMap((name) => {
      const value = filters[name];
      return value ? [[name, value]] : [];
    }),
  ).toString();
  return `#/calls${callId ? `/${callId}` : ''}${query && `?${query}`}`;
}

export const currentRoute = (): Route => parseRoute(location.hash);

/** Changes the part that is named. */
export function goTo(change: { callId?: string | undefined; filters?: Filters }): void {
  location.hash = routeHash({ ...currentRoute(), ...change });
}

export const hashOfCall = (callId: string): string => routeHash({ ...currentRoute(), callId });
