import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { SEARCH_ATTRIBUTES } from '../../contract/index.js';
import { loadEnv } from '../../platform/env.js';

interface Service {
  image: string;
  ports?: string[];
  volumes?: string[];
  environment: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: object;
  restart: string;
}

/** No container engine is at hand where these tests run: the file is checked, not started. */
const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const compose = parse(read('docker-compose.temporal.yml')) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};
const services = Object.entries(compose.services);
const service = (name: string) => compose.services[name]!;
const runsOnce = ({ restart }: Service) => restart.startsWith('on-failure');

/** `${NAME:-default}` as compose reads it when nothing is set. */
const filledIn = (text: string) => text.replace(/\$\{\w+:-([^}]*)\}/g, '$1');

describe('docker-compose.temporal.yml', () => {
  it.each(services)('%s is of a pinned version', (_name, { image }) => {
    expect(image).toMatch(/:v?\d+\.\d+(\.\d+)?$/);
  });

  it('has one version of the Temporal server and of the tools that prepare its database', () => {
    const version = (name: string) => service(name).image.split(':')[1];
    expect(version('temporal-schema')).toBe(version('temporal'));
    expect(version('temporal-setup')).toBe(version('temporal'));
  });

  it('opens ports on this machine only, where npm start and its programs look for them', () => {
    const ports = services.flatMap(([, { ports = [] }]) => ports.map(filledIn));
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+(\/udp)?$/);
    const published = ports.map((port) => Number(port.split(':')[1]));
    expect(new Set(published).size).toBe(published.length);
    const { temporal, livekit, gateway } = loadEnv({});
    for (const url of [`http://${temporal.address}`, temporal.uiUrl, livekit.url]) {
      expect(published).toContain(Number(new URL(url).port));
    }
    expect(published).not.toContain(gateway.port);
  });

  it.each(services.filter(([, each]) => !runsOnce(each)))(
    '%s has a health check',
    (_name, { healthcheck, restart }) => {
      expect(healthcheck).toBeDefined();
      expect(restart).toBe('unless-stopped');
    },
  );

  it('waits for what it needs: a database, its schema, a server that answers', () => {
    for (const [, { depends_on = {} }] of services) {
      for (const [name, { condition }] of Object.entries(depends_on)) {
        expect(condition).toBe(runsOnce(service(name)) ? 'service_completed_successfully' : 'service_healthy');
      }
    }
  });

  it('keeps the database in a named volume', () => {
    const named = services
      .flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0]!))
      .filter((source) => !source.startsWith('./'));
    expect(named).toEqual(Object.keys(compose.volumes));
    expect(service('postgresql').volumes).toHaveLength(1);
  });

  it('mounts files that exist', () => {
    const files = services.flatMap(([, { volumes = [] }]) => volumes.filter((volume) => volume.startsWith('./')));
    expect(files).toHaveLength(3);
    for (const file of files) expect(read(file.split(':')[0]!)).not.toBe('');
  });

  it('registers the search attributes of the contract', () => {
    const attributes = service('temporal-setup').environment.SEARCH_ATTRIBUTES!.trim().split(/\s+/);
    expect(Object.fromEntries(attributes.map((each) => each.split('=')))).toEqual(SEARCH_ATTRIBUTES);
  });

  it('turns eager activities on', () => {
    const config = parse(read('temporal/dynamicconfig.yaml')) as Record<string, { value: unknown }[]>;
    expect(config['system.enableActivityEagerExecution']).toEqual([{ value: true }]);
  });

  it('gives LiveKit the keys of the environment, media ports that are published, and the shared Redis', () => {
    const { LIVEKIT_KEYS, LIVEKIT_CONFIG } = service('livekit').environment;
    const { livekit } = loadEnv({});
    expect(parse(filledIn(LIVEKIT_KEYS!))).toEqual({ [livekit.apiKey]: livekit.apiSecret });
    const config = parse(filledIn(LIVEKIT_CONFIG!)) as { rtc: { tcp_port: number; udp_port: number }; redis: object };
    expect(service('livekit').ports).toEqual(
      expect.arrayContaining([
        `127.0.0.1:${config.rtc.tcp_port}:${config.rtc.tcp_port}`,
        `127.0.0.1:${config.rtc.udp_port}:${config.rtc.udp_port}/udp`,
      ]),
    );
    expect(config.redis).toEqual({ address: 'redis:6379' });
  });

  it('has LiveKit SIP, when asked for, beside the LiveKit and the Redis of this file, on the ports of npm start', () => {
    const sip = service('livekit-sip');
    expect(sip).toMatchObject({ profiles: ['phone'], network_mode: 'host' });
    const { livekit, phone } = loadEnv({});
    expect(parse(filledIn(sip.environment.SIP_CONFIG_BODY!))).toMatchObject({
      api_key: livekit.apiKey,
      api_secret: livekit.apiSecret,
      ws_url: livekit.url,
      redis: { address: filledIn(service('redis').ports![0]!).replace(/:6379$/, '') },
      sip_port: phone.sipPort,
      rtp_port: '10000-10199',
      listen_ip: '127.0.0.1',
    });
  });
});
