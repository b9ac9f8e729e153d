# The agents' images, with nothing in them but an agent, the libraries it is linked to and the certificates it trusts.
#
#   docker build --build-arg AGENT=aws-agent -t openfinops/aws-agent:0.1.0 .
#   buildah build --isolation chroot --build-arg AGENT=all -t openfinops/agents:0.1.0 .
#
# AGENT is aws-agent, azure-agent, gcp-agent, generic-agent, or all: the four together, started by their names. docs/deploy.md has
# the commands for releases, registries and proxies; docs/adr/0031-image-from-scratch.md the reasons.
#
# Each architecture is compiled on a machine of its own (or emulated, which takes hours): nothing here names one, and the loader and
# the libraries are those that ldd finds. There is no cross-compiler for the C code in the dependencies in the base image.
ARG AGENT=aws-agent
# Rust as it is developed with, never older than rust-version in Cargo.toml, on Debian's stable release: its C library goes into the
# image. The slim variant brings gcc, which the C code in the dependencies needs, and the certificates.
ARG BUILDER=docker.io/library/rust:1.95.0-slim-trixie
# thin links faster, for a larger binary.
ARG LTO=fat
# The workspace's version: an agent that says another is not packed.
ARG VERSION=0.1.0

FROM ${BUILDER} AS plan
WORKDIR /build
COPY . .
RUN sh deploy/image/plan.sh /build /plan

# Compiled from manifests and empty sources alone, so that this layer is kept until a manifest or the lock file changes. Downloads
# are in a cache beside the layers. Compiled code is not: cargo goes by file times, and would take what an older or newer tree left
# there for its own.
FROM ${BUILDER} AS dependencies
ARG AGENT
ARG LTO
WORKDIR /build
COPY --from=plan /plan/ ./
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=secret,id=cargo_config,required=false \
    --mount=type=secret,id=build_ca,required=false \
    sh deploy/image/compile.sh && cargo clean --release --workspace

FROM dependencies AS build
ARG AGENT
ARG LTO
ARG VERSION
# Seconds since 1970 that every file's time is set to: a release takes its commit's.
ARG SOURCE_DATE_EPOCH=0
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=secret,id=cargo_config,required=false \
    --mount=type=secret,id=build_ca,required=false \
    sh deploy/image/compile.sh && sh deploy/image/rootfs.sh /rootfs

FROM scratch AS runtime
ARG VERSION
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
COPY --from=build /rootfs/ /
# https://github.com/opencontainers/image-spec/blob/main/annotations.md
LABEL org.opencontainers.image.source="https://github.com/rdmurugan/OpenFinOps" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"
# SQLite looks for a folder for its temporary files; with a read-only root the state is the only one that can be written.
ENV PATH=/usr/local/bin \
    HOME=/var/lib/openfinops \
    OPENFINOPS_DATA_DIR=/var/lib/openfinops \
    SQLITE_TMPDIR=/var/lib/openfinops
WORKDIR /var/lib/openfinops
# By number, for Kubernetes' runAsNonRoot knows no names.
USER 65532:65532
VOLUME /var/lib/openfinops
# No HEALTHCHECK: it would need a shell and a client in the image. /healthz and /readyz are on the admin port (OPENFINOPS_LISTEN).
STOPSIGNAL SIGTERM

# An unknown AGENT is an image-… that is neither here nor anywhere else.
FROM runtime AS image-aws-agent
LABEL org.opencontainers.image.title="aws-agent"
ENTRYPOINT ["/usr/local/bin/aws-agent"]

FROM runtime AS image-azure-agent
LABEL org.opencontainers.image.title="azure-agent"
ENTRYPOINT ["/usr/local/bin/azure-agent"]

FROM runtime AS image-gcp-agent
LABEL org.opencontainers.image.title="gcp-agent"
ENTRYPOINT ["/usr/local/bin/gcp-agent"]

FROM runtime AS image-generic-agent
LABEL org.opencontainers.image.title="generic-agent"
ENTRYPOINT ["/usr/local/bin/generic-agent"]

FROM runtime AS image-all
LABEL org.opencontainers.image.title="openfinops-agents"

FROM image-${AGENT}
