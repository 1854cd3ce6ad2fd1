# One file, an image for each process: docker build --target gateway|worker|agent .
# Debian, since LiveKit's and Temporal's native parts need glibc. Nothing runs as root.
FROM node:20.20.2-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM node:20.20.2-bookworm-slim AS base
# tini passes signals on and reaps the agents' job processes.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates tini \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/flows ./flows
RUN install -d -o node -g node /var/log/durable-calls
ENV NODE_ENV=production LOG_DIR=/var/log/durable-calls FLOWS_DIR=/app/flows
USER node
STOPSIGNAL SIGTERM
ENTRYPOINT ["tini", "--"]

# Stops within 10 s.
FROM base AS gateway
# Beyond this machine it starts with API keys only: GATEWAY_KEYS_FILE (npm run keys).
ENV GATEWAY_HOST=0.0.0.0
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.GATEWAY_PORT || 8080}/healthz`).then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/gateway/main.js"]

# Stops within WORKER_DRAIN_MS, 30 s.
FROM base AS worker
ENV WORKER_METRICS_HOST=0.0.0.0 WORKER_METRICS_PORT=9464
EXPOSE 9464
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.WORKER_METRICS_PORT}/metrics`).then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/workers/main.js"]

# Stops when its calls have ended, AGENT_DRAIN_MS (an hour) at most.
FROM base AS agent
# The voice: a program of its own, never linked (GPL).
USER root
RUN apt-get update \
  && apt-get install -y --no-install-recommends espeak-ng \
  && rm -rf /var/lib/apt/lists/*
USER node
ENV AGENT_HEALTH_HOST=0.0.0.0
EXPOSE 8082
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.AGENT_HEALTH_PORT || 8082}/healthz`).then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/agent/main.js"]
