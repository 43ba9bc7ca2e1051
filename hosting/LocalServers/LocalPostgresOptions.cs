namespace LocalServers;

/// <summary>Settings of a private PostgreSQL.</summary>
public sealed record LocalPostgresOptions
{
    /// <summary>Private directory for data, port, password and log. It may contain the data of an earlier start, which are not deleted.</summary>
    public required string DataDirectory { get; init; }
    /// <summary>The superuser of the instance.</summary>
    public string Username { get; init; } = "postgres";
    /// <summary>Null: one is made at the first start and remembered.</summary>
    public string? Password { get; init; }
    /// <summary>Null: the port of the last start when free, else a random free one.</summary>
    public int? Port { get; init; }
    /// <summary>Server settings by name, as max_connections.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
    /// <summary>Null: server.log in the data directory.</summary>
    public string? LogFile { get; init; }
}
