namespace Ips.SandboxIdentity;

/// <summary>The portal's addresses: setting <c>Portal:Address</c>, several addresses separated by semicolons. Only these may receive a sign-in.</summary>
internal sealed class PortalAddresses
{
    public PortalAddresses(IConfiguration configuration) =>
        All = [.. (configuration["Portal:Address"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Parse)];

    /// <summary>The addresses, each ending in a slash.</summary>
    public IReadOnlyList<Uri> All { get; }

    private static Uri Parse(string text) =>
        Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var address) && address.Scheme.StartsWith("http", StringComparison.Ordinal)
        ? address
        : throw new InvalidOperationException($"Portal:Address holds '{text}'; expected an http or https address such as http://localhost:5001.");
}
