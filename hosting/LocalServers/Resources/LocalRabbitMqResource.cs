using Aspire.Hosting.ApplicationModel;
using RabbitMQ.Client;

namespace LocalServers.Resources;

/// <summary>A private RabbitMQ that Aspire's orchestrator runs.</summary>
public sealed class LocalRabbitMqResource : LocalServerResource
{
    private readonly RabbitMqInstance instance;

    internal LocalRabbitMqResource(string name, RabbitMqInstance instance)
        : base(name, instance.Directory.Root) => this.instance = instance;

    /// <inheritdoc/>
    public override ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{instance.ConnectionString}");

    internal IReadOnlyList<string> Arguments => [Script("rabbitmq.sh"), instance.Epmd, instance.Server];

    internal IReadOnlyDictionary<string, string?> Environment => instance.Environment;

    internal override async Task<string?> LoginAsync(CancellationToken cancellationToken)
    {
        ConnectionFactory factory = new()
        {
            Uri = new(instance.ConnectionString),
            RequestedConnectionTimeout = TimeSpan.FromSeconds(5),
            AutomaticRecoveryEnabled = false,
        };
        await using var connection = await factory.CreateConnectionAsync(cancellationToken);
        await connection.CloseAsync(cancellationToken);
        return null;
    }

    private protected override async Task PrepareFilesAsync(CancellationToken cancellationToken)
    {
        await instance.PrepareAsync(cancellationToken);
        await instance.Directory.WaitForProcessesInAsync(WorkingDirectory, Native.SigTerm, cancellationToken);
    }
}
