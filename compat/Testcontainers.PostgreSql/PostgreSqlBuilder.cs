namespace Testcontainers.PostgreSql;

/// <summary>Describes a PostgreSQL for tests. Each With… returns a new builder.</summary>
public sealed class PostgreSqlBuilder
{
    public const string PostgreSqlImage = "postgres:15.1";
    public const ushort PostgreSqlPort = 5432;
    public const string DefaultDatabase = "postgres";
    public const string DefaultUsername = "postgres";
    public const string DefaultPassword = "postgres";

    private readonly PostgreSqlConfiguration configuration;

    public PostgreSqlBuilder() : this(new PostgreSqlConfiguration())
    {
    }

    public PostgreSqlBuilder(string image) : this(new PostgreSqlConfiguration { Image = image })
    {
    }

    private PostgreSqlBuilder(PostgreSqlConfiguration configuration) => this.configuration = configuration;

    /// <summary>The image for a container engine. A private local server has the version of this machine.</summary>
    public PostgreSqlBuilder WithImage(string image) => new(configuration with { Image = image });

    /// <summary>The database that the connection string names. It is made at the first start.</summary>
    public PostgreSqlBuilder WithDatabase(string database) => new(configuration with { Database = database });

    public PostgreSqlBuilder WithUsername(string username) => new(configuration with { Username = username });

    public PostgreSqlBuilder WithPassword(string password) => new(configuration with { Password = password });

    /// <summary>Adds arguments of the server; only pairs of "-c" and "name=value" can be carried to a private local server.</summary>
    public PostgreSqlBuilder WithCommand(params string[] command) => new(configuration with { Command = [.. configuration.Command, .. command] });

    public PostgreSqlContainer Build()
    {
        if (configuration.Password.Length == 0) throw new InvalidOperationException("A Password is needed: call WithPassword with one that is not empty.");
        return new(configuration);
    }
}

/// <summary>What the builder was told.</summary>
internal sealed record PostgreSqlConfiguration
{
    public string Image { get; init; } = PostgreSqlBuilder.PostgreSqlImage;
    public string Database { get; init; } = PostgreSqlBuilder.DefaultDatabase;
    public string Username { get; init; } = PostgreSqlBuilder.DefaultUsername;
    public string Password { get; init; } = PostgreSqlBuilder.DefaultPassword;

    /// <summary>As the official builder: test data need not survive a power cut, so nothing is flushed to disk.</summary>
    public IReadOnlyList<string> Command { get; init; } = ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"];

    public IReadOnlyDictionary<string, string> Settings() => Command
        .Where(part => part != "-c")
        .Select(part => part.Split('=', 2))
        .ToDictionary(pair => pair[0], pair => pair.Length == 2 ? pair[1]
            : throw new NotSupportedException($"WithCommand(\"{pair[0]}\"): a private local server takes only \"-c\", \"name=value\"."));
}
