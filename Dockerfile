# syntax=docker/dockerfile:1

# Everything that is needed to build, and nothing of it in the image.
FROM node:22-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
# No package may run anything while it is installed.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY tools/build.mjs tools/
COPY config/ config/
COPY src/ src/
# Readable for any user: OpenShift runs it as one of its own choice.
RUN node tools/build.mjs --single && chmod -R a+rX dist/image

# Node and CA certificates; no shell, no package manager.
FROM gcr.io/distroless/nodejs22-debian12:nonroot
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Pointsman" \
      org.opencontainers.image.description="Moves traffic on Kubernetes, and never under a moving train" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV NODE_ENV=production
# The whole program is one file, and the dashboard's page four.
COPY --from=build /src/dist/image/ /app/
# By number, so that runAsNonRoot can be checked.
USER 65532:65532
EXPOSE 8080
# Node itself refuses to write files, to start processes and threads, and to make code out of text. The young generation
# may grow to 8 MB: with 4, much of what a look at an app needs for a moment is taken for lasting, at a third more processor
# time; V8's own 16 save nothing more. A calm process gives them back.
ENTRYPOINT ["/nodejs/bin/node", "--max-semi-space-size=8", "--permission", "--allow-fs-read=*", "--disable-proto=delete", "--disallow-code-generation-from-strings", "/app/pointsman.mjs"]
CMD ["--help"]
