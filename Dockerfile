# The operator and its sidecar: `--target operator`, `--target reloader`. Both images hold the program, the libraries that it loads, and no shell.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME_IMAGE=debian:bookworm-slim

FROM --platform=$BUILDPLATFORM ${SDK_IMAGE} AS build
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

# Each program has its own stages, so that a change in one leaves the other as it was.
FROM build AS build-operator
RUN dotnet restore src/Operator -r "$(cat /rid)"
COPY LICENSE images/runtime/publish ./
COPY src/Operator.Kubernetes/ src/Operator.Kubernetes/
COPY src/Operator.Entities/ src/Operator.Entities/
COPY src/Operator.Metrics/ src/Operator.Metrics/
COPY src/Operator/ src/Operator/
ARG REVISION=
RUN ./publish Operator cyrus-operator "$(cat /rid)" "${REVISION}"

FROM build AS build-reloader
RUN dotnet restore src/Operator.Reloader -r "$(cat /rid)"
COPY LICENSE images/runtime/publish ./
COPY src/Operator.Kubernetes/ src/Operator.Kubernetes/
COPY src/Operator.Entities/ src/Operator.Entities/
COPY src/Operator.Metrics/ src/Operator.Metrics/
COPY src/Operator.Reloader/ src/Operator.Reloader/
ARG REVISION=
RUN ./publish Operator.Reloader cyrus-reloader "$(cat /rid)" "${REVISION}"

# The sidecar makes TLS connections, but only in the Cyrus image, with the libraries that are there.
FROM --platform=$BUILDPLATFORM ${RUNTIME_IMAGE} AS libraries-reloader
ARG TARGETARCH=amd64
COPY images/runtime/unpack /usr/local/bin/
RUN unpack "${TARGETARCH}" /out base-files gcc-12-base libc6 libgcc-s1 libstdc++6

FROM --platform=$BUILDPLATFORM ${RUNTIME_IMAGE} AS libraries-operator
ARG TARGETARCH=amd64
COPY images/runtime/unpack /usr/local/bin/
RUN unpack "${TARGETARCH}" /out base-files ca-certificates gcc-12-base libc6 libgcc-s1 libssl3 libstdc++6 openssl

FROM scratch AS reloader
COPY --from=libraries-reloader /out/ /
COPY --from=build-reloader /out/ /
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/cyrus-reloader"]

FROM scratch AS operator
ENV ASPNETCORE_HTTP_PORTS=8080
COPY --from=libraries-operator /out/ /
COPY --from=build-operator /out/ /
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/cyrus-operator"]
