# shellcheck shell=bash
# Sourced by hack/bench: builds what measures and what is measured.

PUBLISHED=$REPO/artifacts/bench-published

# run_bench PROJECT: builds the bench and runs it, with --quick when that is asked for.
run_bench() {
    bench_dotnet build "$REPO/bench/$1" -c Release
    "$REPO/artifacts/bin/$1/release/$1" "${QUICK[@]}"
}

# publish_program PROJECT: as the image holds it (images/runtime/publish).
publish_program() {
    bench_dotnet publish "$REPO/src/$1" -c Release -r "$(runtime_of_machine)" --self-contained -o "$PUBLISHED/$1" -p:DebugType=none
}

runtime_of_machine() {
    case $(uname -m) in
        x86_64) echo linux-x64 ;;
        aarch64) echo linux-arm64 ;;
        *) die "no .NET runtime for $(uname -m)" ;;
    esac
}

bench_dotnet() {
    info "dotnet $1 ${2##*/}"
    dotnet "$@" -v quiet >"$CACHE/bench-build.log" 2>&1 || {
        grep -E 'error|warning' "$CACHE/bench-build.log" | sort -u | head -n 20 >&2
        die "the build failed; all of it: $CACHE/bench-build.log"
    }
}
