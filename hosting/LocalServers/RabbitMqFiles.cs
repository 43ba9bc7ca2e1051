using System.Security.Cryptography;

namespace LocalServers;

/// <summary>The files and variables of one private node. Everything it writes is below its data directory.</summary>
internal sealed class RabbitMqFiles(RabbitMqInstance instance, RabbitMqPrograms programs)
{
    private readonly LocalRabbitMqOptions options = instance.Options;
    private readonly DataDirectory directory = instance.Directory;
    private readonly string root = instance.Directory.Root;
    private readonly IReadOnlyList<string>? plugins =
        RabbitMqPlugins.Needed(programs.Plugins, instance.Options.Management ? ["rabbit", "rabbitmq_management"] : ["rabbit"]);

    private string LinkedPlugins => Path.Combine(root, "plugins");

    /// <summary>The node's name is part of its data's path, so it stays when ports change.</summary>
    private string NodeName => directory.State.NodeName ??= $"ips-{RandomNumberGenerator.GetHexString(8, lowercase: true)}@localhost";

    public void Write()
    {
        _ = NodeName;
        if (!File.Exists(Path.Combine(root, ".erlang.cookie")))
            WritePrivate(".erlang.cookie", RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 20));
        WritePrivate("enabled_plugins", options.Management ? "[rabbitmq_management].\n" : "[].\n");
        if (plugins is not null) RabbitMqPlugins.Link(plugins, LinkedPlugins);
        var management = options.Management ? $"management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {instance.ManagementPort}\n" : "";
        WritePrivate("rabbitmq.conf", $"""
            listeners.tcp.default = 127.0.0.1:{instance.Port}
            default_user = {options.Username}
            default_pass = {instance.Password}
            log.console = true
            log.console.level = warning
            log.file = false
            disk_free_limit.absolute = 100MB
            vm_memory_high_watermark.absolute = 1GB
            {management}
            """);
    }

    public Dictionary<string, string?> Environment() => new()
    {
        // Not documented but decisive: the script then execs the node, so that our child is the node itself.
        ["detached"] = "1",
        ["HOME"] = root,
        ["PATH"] = "/usr/local/bin:/usr/bin:/bin",
        ["LC_ALL"] = "C.UTF-8",
        ["TZ"] = "UTC",
        ["ERL_EPMD_PORT"] = $"{instance.EpmdPort}",
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["ERL_CRASH_DUMP"] = "/dev/null",
        ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
        ["RABBITMQ_NODENAME"] = NodeName,
        ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_NODE_PORT"] = $"{instance.Port}",
        ["RABBITMQ_DIST_PORT"] = $"{instance.DistributionPort}",
        ["RABBITMQ_MNESIA_BASE"] = Path.Combine(root, "db"),
        ["RABBITMQ_LOG_BASE"] = Path.Combine(root, "log"),
        ["RABBITMQ_LOGS"] = "-",
        ["RABBITMQ_GENERATED_CONFIG_DIR"] = Path.Combine(root, "gen"),
        ["RABBITMQ_SCHEMA_DIR"] = Path.Combine(root, "schema"),
        ["RABBITMQ_ADVANCED_CONFIG_FILE"] = Path.Combine(root, "none"),
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(root, "enabled_plugins"),
        ["RABBITMQ_CONFIG_FILE"] = Path.Combine(root, "rabbitmq.conf"),
        ["RABBITMQ_PLUGINS_DIR"] = plugins is null ? programs.Plugins : LinkedPlugins,
        ["RABBITMQ_PID_FILE"] = Path.Combine(root, "pid"),
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1} +S 2:2",
    };

    private void WritePrivate(string name, string text)
    {
        using var file = new StreamWriter(DataDirectory.CreatePrivateFile(Path.Combine(root, name)));
        file.Write(text);
    }
}
