using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Running;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

public static class ParameterResourceBuilderExtensions
{
    /// <summary>A value from configuration: Parameters:NAME, as the variable Parameters__NAME or the argument --Parameters:NAME.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, bool secret = false) =>
        builder.AddResource(new ParameterResource(name, _ => Configured(builder, name) ?? throw Missing(name), secret));

    /// <summary>A fixed value; configuration does not change it.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, string value, bool publishValueAsDefault = false, bool secret = false) =>
        builder.AddParameter(name, () => value, publishValueAsDefault, secret);

    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, Func<string> valueGetter, bool publishValueAsDefault = false, bool secret = false) =>
        publishValueAsDefault && secret
            ? throw new ArgumentException("A parameter cannot be both secret and published as a default value.", nameof(secret))
            : builder.AddResource(new ParameterResource(name, _ => valueGetter(), secret));

    /// <summary>A value from configuration, else the default; with <paramref name="persist"/> the default is made once and kept.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, ParameterDefault value, bool secret = false, bool persist = false) =>
        builder.AddResource(WithDefault(builder, name, value, secret, persist));

    /// <summary>The connection string of something outside the application: ConnectionStrings:NAME of the configuration.</summary>
    public static IResourceBuilder<IResourceWithConnectionString> AddConnectionString(this IDistributedApplicationBuilder builder, string name, string? environmentVariableName = null) =>
        builder.AddResource(new ConfiguredConnectionString(name, environmentVariableName, () => builder.Configuration.GetConnectionString(name)
            ?? throw new MissingParameterValueException($"Connection string parameter resource could not be used because connection string '{name}' is missing. Set ConnectionStrings__{name}.")));

    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(this IDistributedApplicationBuilder builder, string name, ReferenceExpression connectionStringExpression) =>
        builder.AddResource(new ConnectionStringResource(name, connectionStringExpression));

    internal static ParameterResource GeneratedPassword(IDistributedApplicationBuilder builder, string server) =>
        WithDefault(builder, $"{server}-password", new GenerateParameterDefault(), secret: true, persist: true);

    private static ParameterResource WithDefault(IDistributedApplicationBuilder builder, string name, ParameterDefault value, bool secret, bool persist) =>
        new(name, fallback => Configured(builder, name) ?? (persist ? Secrets.GetOrAdd(AppData.Of(builder.Configuration, builder.AppHostDirectory), $"Parameters:{name}", fallback!.GetDefaultValue) : fallback!.GetDefaultValue()), secret) { Default = value };

    // A shell cannot set a variable with a hyphen in its name.
    private static string? Configured(IDistributedApplicationBuilder builder, string name) =>
        builder.Configuration[$"Parameters:{name}"] ?? builder.Configuration[$"Parameters:{name.Replace('-', '_')}"];

    private static MissingParameterValueException Missing(string name) =>
        new($"Parameter resource could not be used because configuration key 'Parameters:{name}' is missing and the Parameter has no default value. Set Parameters__{name.Replace('-', '_')}.");
}

internal sealed class ConfiguredConnectionString(string name, string? variable, Func<string> configured) : Resource(name), IResourceWithConnectionString, IResourceWithWaitSupport
{
    public string? ConnectionStringEnvironmentVariable => variable;
    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{configured()}");

    // The text is not an expression: braces in a password are braces.
    public ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) => new(configured());
}
