namespace LocalServers;

/// <summary>Settings of a private RabbitMQ.</summary>
public sealed record LocalRabbitMqOptions
{
    /// <summary>Private directory for data, ports, password and log. It may contain the data of an earlier start, which are not deleted.</summary>
    public required string DataDirectory { get; init; }
    public string Username { get; init; } = "guest";
    /// <summary>Null: one is made at the first start and remembered.</summary>
    public string? Password { get; init; }
    /// <summary>AMQP port. Null: that of the last start when free, else a random free one.</summary>
    public int? Port { get; init; }
    /// <summary>Serve the management page and API on <see cref="LocalRabbitMq.ManagementPort"/>.</summary>
    public bool Management { get; init; }
    /// <summary>Null: as <see cref="Port"/>.</summary>
    public int? ManagementPort { get; init; }
    /// <summary>Null: server.log in the data directory.</summary>
    public string? LogFile { get; init; }
}
