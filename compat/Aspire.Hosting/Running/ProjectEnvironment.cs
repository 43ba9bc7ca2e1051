using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Running;

/// <summary>A profile of Properties/launchSettings.json.</summary>
internal sealed record LaunchProfile(string Name, IReadOnlyDictionary<string, string> Variables, IReadOnlyList<Uri> Urls)
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>The profile of that name, else the first that runs the project; null when there is none.</summary>
    public static LaunchProfile? Of(string projectPath, string? name)
    {
        var file = Path.Combine(Path.GetDirectoryName(projectPath)!, "Properties", "launchSettings.json");
        if (!File.Exists(file)) return null;
        using var settings = JsonDocument.Parse(File.ReadAllText(file), Lenient);
        if (!settings.RootElement.TryGetProperty("profiles", out var profiles)) return null;
        foreach (var profile in profiles.EnumerateObject())
        {
            if (name is null ? Text(profile.Value, "commandName") != "Project" : profile.Name != name) continue;
            var variables = profile.Value.TryGetProperty("environmentVariables", out var found)
                ? found.EnumerateObject().ToDictionary(variable => variable.Name, variable => variable.Value.GetString() ?? "")
                : [];
            var urls = (Text(profile.Value, "applicationUrl") ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return new(profile.Name, variables, [.. urls.Select(url => new Uri(url))]);
        }
        return name is null ? null : throw new DistributedApplicationException($"{file} has no profile '{name}'.");
    }

    private static string? Text(JsonElement profile, string property) => profile.TryGetProperty(property, out var value) ? value.GetString() : null;
}

/// <summary>The variables that a project gets without being asked for, as the official host sets them.</summary>
internal static class ProjectEnvironment
{
    public static void Add(EnvironmentCallbackContext context, IConfiguration configuration, LaunchProfile? profile)
    {
        var variables = context.EnvironmentVariables;
        AddTelemetry(context, configuration);
        variables["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory";
        variables["OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION"] = "true";
        variables["OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION"] = "true";
        variables["DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION"] = "true";
        variables["LOGGING__CONSOLE__FORMATTERNAME"] = "simple";

        var web = context.Resource.Annotations.OfType<EndpointAnnotation>().Where(endpoint => endpoint.UriScheme is "http" or "https").ToList();
        if (web.Count > 0) variables["ASPNETCORE_URLS"] = new Urls((IResourceWithEndpoints)context.Resource, web);
        if (web.Find(endpoint => endpoint.UriScheme == "https") is { } secure)
            variables["ASPNETCORE_HTTPS_PORT"] = new EndpointReference((IResourceWithEndpoints)context.Resource, secure.Name).Property(EndpointProperty.Port);

        if (profile is not null) variables["DOTNET_LAUNCH_PROFILE"] = profile.Name;
        foreach (var (name, value) in profile?.Variables ?? new Dictionary<string, string>()) variables.TryAdd(name, value);
        variables.TryAdd("ASPNETCORE_ENVIRONMENT", "Development");
    }

    public static void AddTelemetry(EnvironmentCallbackContext context, IConfiguration configuration)
    {
        var variables = context.EnvironmentVariables;
        var (grpc, http) = (Configured("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "DOTNET_DASHBOARD_OTLP_ENDPOINT_URL"), Configured("ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "DOTNET_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"));
        if ((grpc ?? http) is { } receiver)
        {
            variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver;
            variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = grpc is null ? "http/protobuf" : "grpc";
            if (configuration["AppHost:OtlpApiKey"] is { } key) variables["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-otlp-api-key={key}";
        }
        variables["OTEL_SERVICE_NAME"] = context.Resource.Name;
        variables["OTEL_RESOURCE_ATTRIBUTES"] = new InstanceId();
        foreach (var delay in new[] { "OTEL_BLRP_SCHEDULE_DELAY", "OTEL_BSP_SCHEDULE_DELAY", "OTEL_METRIC_EXPORT_INTERVAL" }) variables[delay] = "1000";
        variables["OTEL_TRACES_SAMPLER"] = "always_on";
        variables["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based";

        string? Configured(params string[] keys) => keys.Select(key => configuration[key]).FirstOrDefault(value => !string.IsNullOrEmpty(value));
    }

    /// <summary>Another value for each process.</summary>
    private sealed class InstanceId : IValueProvider
    {
        public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
            new($"service.instance.id={System.Security.Cryptography.RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", 8)}");
    }

    /// <summary>The addresses that this replica listens on.</summary>
    private sealed class Urls(IResourceWithEndpoints resource, IReadOnlyList<EndpointAnnotation> endpoints) : IValueProvider
    {
        public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => GetValueAsync(new(), cancellationToken);

        public async ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default)
        {
            var urls = new List<string>();
            foreach (var endpoint in endpoints)
            {
                var port = await new EndpointReference(resource, endpoint.Name).Property(EndpointProperty.TargetPort).GetValueAsync(context, cancellationToken);
                urls.Add($"{endpoint.UriScheme}://{endpoint.TargetHost}:{port}");
            }
            return string.Join(';', urls);
        }
    }
}
