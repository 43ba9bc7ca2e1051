namespace Ips.AppHost.Commands;

/// <summary>
/// "Load the sandbox case": a person from registration to a paid milestone, through the public APIs. A case that exists already is not changed.
/// </summary>
internal static class LoadSandbox
{
    /// <summary>Adds the command to a service.</summary>
    public static void AddTo(IResourceBuilder<IResourceWithEndpoints> service, string data) => service.WithCommand(
        "load-sandbox", "Load the sandbox case",
        async context =>
        {
            var resources = service.ApplicationBuilder.Resources;
            await Sandbox.LoadAsync(
                data,
                name => new(((IResourceWithEndpoints)resources.Single(resource => resource.Name == name)).GetEndpoint("http").Url),
                SandboxIssuer.In(data),
                transport: null,
                context.CancellationToken);
            return CommandResults.Success($"The names of what was made are in {Path.Combine(data, "sandbox.json")}");
        },
        new() { IconName = "PersonAdd", Description = "One person under nc-core, from registration to a paid milestone" });
}
