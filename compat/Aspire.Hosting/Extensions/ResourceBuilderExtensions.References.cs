using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    /// <summary>Hands over ConnectionStrings__NAME and, one by one, what the string is made of: NAME_HOST, NAME_PORT and so on.</summary>
    /// <param name="builder">Who gets it.</param>
    /// <param name="source">Whose connection string.</param>
    /// <param name="connectionName">The name to use in place of the source's.</param>
    /// <param name="optional">A missing connection string is no error.</param>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithConnectionString> source, string? connectionName = null, bool optional = false)
        where TDestination : IResourceWithEnvironment
    {
        var resource = source.Resource;
        var name = connectionName ?? resource.Name;
        return builder.WithEnvironment(async context =>
        {
            try
            {
                if (optional && await resource.GetConnectionStringAsync(context.CancellationToken) is null) return;
            }
            catch (MissingParameterValueException) when (optional)
            {
                return;
            }
            context.EnvironmentVariables[resource.ConnectionStringEnvironmentVariable ?? $"ConnectionStrings__{name}"] = resource;
            foreach (var (property, value) in resource.GetConnectionProperties())
                context.EnvironmentVariables[$"{Encoded(name)}_{property.ToUpperInvariant()}"] = value;
        });
    }

    /// <summary>Hands over all endpoints of <paramref name="source"/> for service discovery.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment => builder.WithReference(source, source.Resource.Name);

    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source, string name)
        where TDestination : IResourceWithEnvironment => builder.WithEnvironment(context =>
        {
            foreach (var endpoint in source.Resource.Annotations.OfType<EndpointAnnotation>()) Discover(context, name, new EndpointReference(source.Resource, endpoint.Name));
        });

    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, EndpointReference endpointReference)
        where TDestination : IResourceWithEnvironment => builder.WithEnvironment(context => Discover(context, endpointReference.Resource.Name, endpointReference));

    /// <summary>Hands over the address of a service that is not part of the application.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, string name, Uri uri)
        where TDestination : IResourceWithEnvironment
    {
        if (!uri.IsAbsoluteUri || uri.AbsolutePath != "/")
            throw new InvalidOperationException($"The address of '{name}' must be absolute and without a path; it is '{uri}'.");
        return builder
            .WithEnvironment($"services__{name}__default__0", uri.ToString())
            .WithEnvironment(Encoded(name), uri.ToString());
    }

    // The default endpoints go by their scheme, the others by their name.
    private static void Discover(EnvironmentCallbackContext context, string name, EndpointReference endpoint)
    {
        var variables = context.EnvironmentVariables;
        var key = endpoint.EndpointName is "http" or "https" ? endpoint.Scheme : endpoint.EndpointName;
        var number = 0;
        while (variables.ContainsKey($"services__{name}__{key}__{number}")) number++;
        variables[$"services__{name}__{key}__{number}"] = endpoint;
        variables[$"{Encoded(name)}_{Encoded(endpoint.EndpointName)}"] = endpoint;
    }

    /// <summary>A name as part of a variable's name: upper case, all but letters and digits an underscore.</summary>
    internal static string Encoded(string name)
    {
        var encoded = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_'));
        return char.IsAsciiDigit(encoded[0]) ? $"_{encoded}" : encoded;
    }
}
