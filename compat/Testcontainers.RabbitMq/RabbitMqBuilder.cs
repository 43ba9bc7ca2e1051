namespace Testcontainers.RabbitMq;

/// <summary>Describes a RabbitMQ for tests. Each With… returns a new builder.</summary>
public sealed class RabbitMqBuilder
{
    public const string RabbitMqImage = "rabbitmq:3.11";
    public const ushort RabbitMqPort = 5672;
    public const string DefaultUsername = "rabbitmq";
    public const string DefaultPassword = "rabbitmq";

    private readonly RabbitMqConfiguration configuration;

    public RabbitMqBuilder() : this(new RabbitMqConfiguration())
    {
    }

    public RabbitMqBuilder(string image) : this(new RabbitMqConfiguration { Image = image })
    {
    }

    private RabbitMqBuilder(RabbitMqConfiguration configuration) => this.configuration = configuration;

    /// <summary>The image for a container engine. A private local server has the version of this machine.</summary>
    public RabbitMqBuilder WithImage(string image) => new(configuration with { Image = image });

    public RabbitMqBuilder WithUsername(string username) => new(configuration with { Username = username });

    public RabbitMqBuilder WithPassword(string password) => new(configuration with { Password = password });

    public RabbitMqContainer Build()
    {
        if (configuration.Username.Length == 0) throw new InvalidOperationException("A Username is needed: call WithUsername with one that is not empty.");
        if (configuration.Password.Length == 0) throw new InvalidOperationException("A Password is needed: call WithPassword with one that is not empty.");
        return new(configuration);
    }
}

/// <summary>What the builder was told.</summary>
internal sealed record RabbitMqConfiguration
{
    public string Image { get; init; } = RabbitMqBuilder.RabbitMqImage;
    public string Username { get; init; } = RabbitMqBuilder.DefaultUsername;
    public string Password { get; init; } = RabbitMqBuilder.DefaultPassword;
}
