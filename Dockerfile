# The operator and its sidecar: `--target operator`, `--target reloader`.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME_IMAGE=debian:bookworm-slim

FROM ${SDK_IMAGE} AS build
ARG TARGETARCH=amd64
# No compiler or build servers: they live on after the command, and the build would wait for them.
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false
WORKDIR /work
# .NET names the architectures otherwise than images do.
RUN case "${TARGETARCH}" in \
        amd64) echo linux-x64 ;; \
        arm64) echo linux-arm64 ;; \
        *) echo "no .NET runtime for ${TARGETARCH}" >&2; exit 1 ;; \
    esac >/rid
# The project files first: packages are only restored again when these change.
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/Operator/Operator.csproj src/Operator/
COPY src/Operator.Entities/Operator.Entities.csproj src/Operator.Entities/
COPY src/Operator.Kubernetes/Operator.Kubernetes.csproj src/Operator.Kubernetes/
COPY src/Operator.Metrics/Operator.Metrics.csproj src/Operator.Metrics/
COPY src/Operator.Reloader/Operator.Reloader.csproj src/Operator.Reloader/

RUN dotnet restore src/Operator -r "$(cat /rid)" && dotnet restore src/Operator.Reloader -r "$(cat /rid)"
COPY src/Operator.Kubernetes/ src/Operator.Kubernetes/
COPY src/Operator.Entities/ src/Operator.Entities/
COPY src/Operator.Metrics/ src/Operator.Metrics/

# Each program has its own stage, so that a change in one leaves the other as it was.
FROM build AS build-operator
COPY src/Operator/ src/Operator/
RUN dotnet publish src/Operator -c Release -r "$(cat /rid)" --self-contained -o /out

FROM build AS build-reloader
COPY src/Operator.Reloader/ src/Operator.Reloader/
RUN dotnet publish src/Operator.Reloader -c Release -r "$(cat /rid)" --self-contained -o /out

FROM ${RUNTIME_IMAGE} AS runtime
RUN export DEBIAN_FRONTEND=noninteractive \
    && apt-get -qq update \
    && apt-get -qq install --no-install-recommends ca-certificates libssl3 libstdc++6 \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/* /var/log/*
USER 65532:65532

FROM runtime AS reloader
COPY --from=build-reloader /out/cyrus-reloader /usr/local/bin/cyrus-reloader
ENTRYPOINT ["/usr/local/bin/cyrus-reloader"]

FROM runtime AS operator
ENV ASPNETCORE_HTTP_PORTS=8080
COPY --from=build-operator /out/cyrus-operator /usr/local/bin/cyrus-operator
ENTRYPOINT ["/usr/local/bin/cyrus-operator"]
