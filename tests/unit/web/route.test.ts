import { describe, expect, it } from 'vitest';
import { parseRoute, routeHash, type Route } from '../../../gateway/web/route.js';

describe('the address', () => {
  const routes: Route[] = [
    { filters: {} },
    { callId: '8f109cc67a3df828dd6a57ba', filters: {} },
    { filters: { status: 'ended', flowId: 'a&b=c ü' } },
    { callId: 'abc', filters: { stage: 'agent-ready', endedReason: 'agent-lost', direction: 'inbound' } },
  ];
  it.each(routes)('says and is read the same: %j', (route) => {
    expect(parseRoute(routeHash(route))).toEqual(route);
  });

  it.each(['', '#', '#/', '#/calls', '#nonsense', '#/calls/../../etc', '#/calls?status=maybe&x=1'])(
    'that says nothing usable shows all calls: %s',
    (hash) => expect(parseRoute(hash)).toEqual({ filters: {} }),
  );
});
