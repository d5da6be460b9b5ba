using MailLoad;

namespace RotationBench;

/// <summary>The objects of a Cyrus that no operator looks after. Pure.</summary>
internal static class PlainManifest
{
    // The certificate's digest is what the bench can wait for; a sidecar that only signals would note nothing at all.
    private const string Sidecar = """
              - name: signaller
                image: localhost/cyrus-imapd:dev
                command:
                - /bin/sh
                - -c
                - |
                  last=$(readlink /tls/..data)
                  while sleep 0.1; do
                    now=$(readlink /tls/..data)
                    [ "$now" != "$last" ] || continue
                    last=$now
                    kill -HUP "$(head -n 1 /run/cyrus/master.pid)"
                    openssl x509 -in /tls/tls.crt -outform DER | sha256sum | cut -d ' ' -f 1 >/run/cyrus/signalled
                  done
                volumeMounts: [{name: run, mountPath: /run/cyrus}, {name: tls, mountPath: /tls}]

        """;

    /// <summary>ConfigMap, Service and StatefulSet.</summary>
    /// <param name="space">Their namespace.</param>
    /// <param name="workload">Has the services.</param>
    /// <param name="signals">Whether a sidecar signals the master when the Secret's files change.</param>
    public static string Of(string space, Workload workload, bool signals) => $$"""
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: mail, namespace: {{space}} }
        data:
          imapd.conf: |
            {{ImapdConf.ReplaceLineEndings("\n    ")}}
          cyrus.conf: |
            {{CyrusConf(workload).ReplaceLineEndings("\n    ")}}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: mail, namespace: {{space}} }
        spec:
          selector: {app: mail}
          ports:
        {{string.Join("\n", MailServices.Of(workload.Prefork).Select(static one => $"  - {{name: {one.Name}, port: {one.Port} }}"))}}
        ---
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: mail, namespace: {{space}} }
        spec:
          serviceName: mail
          selector: {matchLabels: {app: mail} }
          template:
            metadata: {labels: {app: mail} }
            spec:
              shareProcessNamespace: true
              enableServiceLinks: false
              securityContext: {runAsUser: 1143, runAsGroup: 1143, fsGroup: 1143}
              initContainers:
              - name: directories
                image: localhost/cyrus-imapd:dev
                securityContext: {runAsUser: 0}
                command:
                - /bin/sh
                - -c
                - |
                  set -e
                  mkdir -p /mail/lib/socket /mail/lib/db /mail/lib/proc /mail/lib/log /mail/lib/msg /mail/lib/user /mail/lib/quota /mail/lib/lock /mail/lib/sieve /mail/spool/stage.
                  chown -R cyrus:cyrus /mail/lib /mail/spool
                volumeMounts: [{name: mail, mountPath: /mail}]
              containers:
              - name: cyrus
                image: localhost/cyrus-imapd:dev
                command: [/usr/bin/env, CYRUS_SYSLOG_FD=1, /usr/sbin/cyrmaster, -D, -C, /config/imapd.conf, -M, /config/cyrus.conf, -p, /run/cyrus/master.pid, -l, "1024"]
                env: [{name: LD_PRELOAD, value: /usr/lib/cyrus-operator/preload.so}]
                readinessProbe: {tcpSocket: {port: {{MailSite.Imap}} }, periodSeconds: 1}
                volumeMounts:
                - {name: run, mountPath: /run/cyrus}
                - {name: tls, mountPath: /tls}
                - {name: config, mountPath: /config}
                - {name: mail, mountPath: /var/lib/cyrus, subPath: lib}
                - {name: mail, mountPath: /var/spool/cyrus, subPath: spool}
        {{(signals ? Sidecar : "")}}      volumes:
              - {name: run, emptyDir: {medium: Memory} }
              - {name: tls, secret: {secretName: mail-tls, defaultMode: 288} }
              - {name: config, configMap: {name: mail} }
              - {name: mail, hostPath: {path: /var/tmp/cyrus-operator-bench/{{space}}, type: DirectoryOrCreate} }
        """;

    private static string ImapdConf => MailServices.ImapdConf + """

        configdirectory: /var/lib/cyrus
        defaultpartition: default
        partition-default: /var/spool/cyrus
        sievedir: /var/lib/cyrus/sieve
        tls_server_cert: /tls/tls.crt
        tls_server_key: /tls/tls.key
        """;

    private static string CyrusConf(Workload workload) => $$"""
        START {
          recover cmd="ctl_cyrusdb -C /config/imapd.conf -r"
        }
        SERVICES {
        {{string.Join("\n", MailServices.Of(workload.Prefork).Select(static one =>
            $"  {one.Name} cmd=\"{Program(one.Protocol)} -C /config/imapd.conf{(one.Tls == "implicit" ? " -s" : "")}\" listen=\"{one.Port}\" proto=tcp4 prefork={one.Prefork}"))}}
        }
        """;

    private static string Program(string protocol) => protocol switch
    {
        "imap" => "imapd",
        "pop3" => "pop3d",
        "sieve" => "timsieved",
        "lmtp" => "lmtpd",
        _ => throw new ArgumentOutOfRangeException(nameof(protocol), protocol, "no program is known for it"),
    };
}
